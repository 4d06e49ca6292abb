using HubExchange.Contracts.Entities;
using HubExchange.Region.V1;
using HubExchange.Server.Changes;
using HubExchange.Server.Query;
using HubExchange.Server.Query.Filters;
using HubExchange.Server.Query.Places;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Watch;

/// <summary>
/// Decides what entries of the feed mean to selections. The database decides with the statement parts that list records, one statement
/// for a type, its entries and the selections of one shape; where everything is selected, nothing is asked.
/// </summary>
/// <remarks>
/// Records that stand where their organisation does enter and leave a place without a change of their own. So an organisation that
/// changes brings its records along, and of those records nothing is said about before: what is not selected now is said to be gone.
/// </remarks>
internal sealed class WatchMatcher(HubStorage storage, EntityTypes types)
{
    private readonly HashSet<EntityType> _placeTypes =
        [.. types.All.Where(type => type.Message == Zone.Descriptor || type.Message == ReportingUnit.Descriptor)];

    /// <summary>What a selection makes of a chunk.</summary>
    private sealed class Matching(Selection selection)
    {
        public Selection Selection => selection;

        /// <summary>The events so far.</summary>
        public List<MatchedEvent> Events { get; } = [];

        /// <summary>Versions of the type at hand that match; null for all.</summary>
        public HashSet<(string Key, VersionId Version)>? Versions { get; set; }

        public bool Has(string key, VersionId version) => Versions?.Contains((key, version)) != false;
    }

    /// <summary>Whether entries may have changed what places mean.</summary>
    public bool IsPlaceNews(IEnumerable<FeedRow> entries) =>
        entries.Any(entry => entry.IsConsolidated && types.Find(entry.Type) is { } type && _placeTypes.Contains(type));

    /// <summary>Whether a selection means something else by now: zones, units or the day changed.</summary>
    public async Task<bool> HasChangedAsync(
        NpgsqlConnection connection, Selection selection, DateOnly today, CancellationToken cancellationToken)
    {
        if (selection.Place is not { } place)
        {
            return selection.IsOfToday && selection.Today != today;
        }

        var book = await PlaceBook.ReadAsync(storage, types, connection, ReadTime.Current, today, cancellationToken);
        return (selection.IsOfToday && selection.Today != today) || (place with { Book = book }).Meaning != place.Meaning;
    }

    /// <summary>The events of a chunk in order, with every record loaded, for each selection.</summary>
    /// <param name="connection">Connection with a transaction that sees one snapshot.</param>
    /// <param name="chunk">The entries.</param>
    /// <param name="selections">The selections.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<IReadOnlyList<MatchedEvent>>> MatchAsync(
        NpgsqlConnection connection, FeedChunk chunk, IReadOnlyList<Selection> selections, CancellationToken cancellationToken)
    {
        var all = selections.Select(selection => new Matching(selection)).ToList();
        foreach (var entries in chunk.Entries.GroupBy(entry => entry.Type))
        {
            var watching = all
                .Where(matching => matching.Selection.Find(entries.Key) is not null)
                .GroupBy(matching => (Type: matching.Selection.Find(entries.Key)!, IsThroughOther: IsThroughOther(matching.Selection, entries.Key)));
            foreach (var group in watching)
            {
                if (entries.Where(group.Key.Type.IsNews).ToList() is { Count: > 0 } news)
                {
                    await MatchAsync(connection, chunk, group.Key.Type, group.Key.IsThroughOther, news, [.. group], cancellationToken);
                }
            }
        }

        foreach (var matching in all.Where(matching => matching.Selection.Place is not null))
        {
            foreach (var type in matching.Selection.Types.Where(type => WatchedPlace.IsThroughOrganization(type.Type)))
            {
                matching.Events.AddRange(await MovedAsync(connection, chunk, matching.Selection, type, cancellationToken));
            }
        }

        // What an organisation brings along comes after what changed itself.
        return all.ConvertAll(matching => (IReadOnlyList<MatchedEvent>)[.. matching.Events.OrderBy(matched => matched.Entry.Position)]);
    }

    private static bool IsThroughOther(Selection selection, string type) =>
        selection.Place is not null && WatchedPlace.IsThroughOrganization(selection.Find(type)!.Type);

    private async Task MatchAsync(
        NpgsqlConnection connection,
        FeedChunk chunk,
        WatchedType type,
        bool isThroughOther,
        List<FeedRow> news,
        List<Matching> watching,
        CancellationToken cancellationToken)
    {
        watching.ForEach(matching => matching.Versions = matching.Selection.IsEverything ? null : []);
        await AskAsync(connection, type, isThroughOther, news, watching.FindAll(matching => matching.Versions is not null), cancellationToken);

        var isAll = watching.Exists(matching => matching.Versions is null);
        var matched = watching.SelectMany(matching => matching.Versions ?? []).ToHashSet();
        if (isAll || matched.Count > 0)
        {
            await chunk.LoadAsync(
                connection, storage, type.Type, news.FindAll(entry => WatchedType.After(entry) is { } after && (isAll || matched.Contains((entry.Key, after)))), cancellationToken);
        }

        // Most selections have to do with little of what changed, or with nothing.
        var isAlwaysNews = isThroughOther || news.Exists(entry => type.Before(entry).Before == WatchBefore.Unspecified);
        var concerned = watching.FindAll(matching => isAlwaysNews || matching.Versions is not { Count: 0 });
        if (concerned.Count == 0)
        {
            return;
        }

        var index = new NewsIndex(type, isThroughOther, news, matched);
        foreach (var matching in concerned)
        {
            AddEvents(chunk, type, isThroughOther, matching.Versions is null ? news : index.Of(matching.Versions), matching);
        }
    }

    private static void AddEvents(FeedChunk chunk, WatchedType type, bool isThroughOther, IEnumerable<FeedRow> concerning, Matching matching)
    {
        foreach (var entry in concerning)
        {
            var (version, before) = type.Before(entry);
            if (before == WatchBefore.Present && matching.Versions is not null)
            {
                before = isThroughOther ? WatchBefore.Unspecified
                    : matching.Has(entry.Key, version!.Value) ? WatchBefore.Present : WatchBefore.Absent;
            }

            var record = WatchedType.After(entry) is { } after && matching.Has(entry.Key, after) ? chunk.Find(entry) : null;
            if (record is not null)
            {
                matching.Events.Add(new MatchedEvent(entry, before, record, null));
            }
            else if (before != WatchBefore.Absent)
            {
                var gone = new WatchGone
                {
                    Type = entry.Type,
                    Key = entry.Key,
                    Source = version?.Source ?? entry.Version.Source,
                    Deleted = entry.Operation == FeedEntry.Delete,
                    Revision = version is null || version.Value.Source == entry.Version.Source ? entry.Version.Revision : 0,
                };
                matching.Events.Add(new MatchedEvent(entry, before, null, gone));
            }
        }
    }

    // Which of the versions before and after the entries match, asked once for all selections of a shape.
    private async Task AskAsync(
        NpgsqlConnection connection, WatchedType type, bool isThroughOther, List<FeedRow> news, List<Matching> watching, CancellationToken cancellationToken)
    {
        // What was committed a moment ago need not be read to be judged.
        var atHand = new List<FeedRow>();
        var asked = new HashSet<(string Key, VersionId Version)>();
        foreach (var entry in news)
        {
            if (WatchedType.After(entry) is not { } after)
            {
                continue;
            }

            if (entry.Content is null)
            {
                asked.Add((entry.Key, after));
            }
            else
            {
                atHand.Add(entry);
            }
        }

        if (!isThroughOther)
        {
            asked.UnionWith(news.Where(entry => entry.Previous is not null)
                .Select(entry => (entry.Key, type.Before(entry).Version))
                .Where(before => before.Version is not null)
                .Select(before => (before.Key, before.Version!.Value))
                .Except(atHand.Select(entry => (entry.Key, entry.Version))));
        }

        var table = storage.TableOf(type.Type);
        foreach (var group in watching.GroupBy(matching => matching.Selection.ShapeOf(type.Type, storage, types).Key))
        {
            List<Matching> alike = [.. group];
            var shapes = alike.ConvertAll(matching => matching.Selection.ShapeOf(type.Type, storage, types));
            if (atHand.Count > 0)
            {
                await ReadAsync(
                    SelectionShape.Ask(connection, table, atHand, shapes), alike, place => (atHand[place].Key, atHand[place].Version), cancellationToken);
            }

            if (asked.Count > 0)
            {
                var versions = asked.ToList();
                await ReadAsync(SelectionShape.Ask(connection, table, versions, shapes), alike, place => versions[place], cancellationToken);
            }
        }
    }

    private static async Task ReadAsync(
        NpgsqlCommand question, List<Matching> alike, Func<int, (string Key, VersionId Version)> versionAt, CancellationToken cancellationToken)
    {
        await using var command = question;
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            alike[rows.GetInt32(0)].Versions!.Add(versionAt((int)rows.GetInt64(1) - 1));
        }
    }

    // The records whose organisation changed, as they are now. Index: the organisation column of the table.
    private async Task<List<MatchedEvent>> MovedAsync(
        NpgsqlConnection connection, FeedChunk chunk, Selection selection, WatchedType type, CancellationToken cancellationToken)
    {
        var organizations = chunk.Entries
            .Where(entry => entry.IsConsolidated && entry.Type == EntityTable.OrganizationType)
            .GroupBy(entry => entry.Key)
            .ToDictionary(entries => entries.Key, entries => entries.Last());
        if (organizations.Count == 0)
        {
            return [];
        }

        await using var command = new NpgsqlCommand { Connection = connection };
        var keys = command.Parameters.Use(organizations.Keys.ToArray());
        var (condition, join, columns) = selection.Sql(type.Type, storage, types, command.Parameters);
        var rows = new RecordRows(storage, ReadTime.Current, command.Parameters);
        command.CommandText =
            $"""
            select {RecordRow.Columns}, k.key, coalesce({condition}, false)
            from {rows.From(type.Type, [.. RecordRow.Envelope.Union(columns)], type.Source)} r
            join unnest({keys}::text[]) as k (key) on k.key = r."{PlacementSql.OrganizationOf(type.Type)}"
            {join}
            """;
        var events = new List<MatchedEvent>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var record = RecordRow.Read(type.Type, reader, access: null);
            var entry = organizations[reader.GetString(RecordRow.Count)];
            events.Add(reader.GetBoolean(RecordRow.Count + 1)
                ? new MatchedEvent(entry, WatchBefore.Unspecified, record, null)
                : new MatchedEvent(
                    entry, WatchBefore.Unspecified, null, new WatchGone { Type = type.Type.Id, Key = record.Key, Source = record.Source, Revision = record.Revision }));
        }

        return events;
    }
}
