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

    /// <summary>The events of a chunk in order, with every record loaded, for each selection that it concerns.</summary>
    /// <param name="connection">Connection; with a transaction that sees one snapshot unless <see cref="IsAtHand"/>.</param>
    /// <param name="chunk">The entries.</param>
    /// <param name="audience">Who watches.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyDictionary<Selection, List<MatchedEvent>>> MatchAsync(
        NpgsqlConnection connection, FeedChunk chunk, WatchAudience audience, CancellationToken cancellationToken)
    {
        var events = new Dictionary<Selection, List<MatchedEvent>>();
        foreach (var entries in chunk.Entries.GroupBy(entry => entry.Type))
        {
            foreach (var section in audience.SectionsOf(entries.Key, storage, types))
            {
                if (entries.Where(section.Type.IsNews).ToList() is { Count: > 0 } news)
                {
                    await MatchAsync(connection, chunk, section, news, events, cancellationToken);
                }
            }
        }

        foreach (var selection in audience.Placed)
        {
            foreach (var type in selection.Types.Where(type => WatchedPlace.IsThroughOrganization(type.Type)))
            {
                Add(events, selection, await MovedAsync(connection, chunk, selection, type, cancellationToken));
            }
        }

        // What an organisation brings along comes after what changed itself.
        return events.ToDictionary(pair => pair.Key, pair => pair.Value.OrderBy(matched => matched.Entry.Position).ToList());
    }

    /// <summary>Nothing but the entries themselves has to be read to know what they mean.</summary>
    public static bool IsAtHand(IReadOnlyCollection<FeedRow> entries, WatchAudience audience) =>
        entries.Count > 0 && audience.Placed.Count == 0 && entries.All(entry => entry is { Content: not null, Previous: null });

    private static void Add(Dictionary<Selection, List<MatchedEvent>> events, Selection selection, List<MatchedEvent> more)
    {
        if (more.Count > 0 && !events.TryAdd(selection, more))
        {
            events[selection].AddRange(more);
        }
    }

    private async Task MatchAsync(
        NpgsqlConnection connection,
        FeedChunk chunk,
        WatchSection section,
        List<FeedRow> news,
        Dictionary<Selection, List<MatchedEvent>> events,
        CancellationToken cancellationToken)
    {
        var type = section.Type;
        var selected = await AskAsync(connection, section, news, cancellationToken);
        var isAll = section.Everything.Count > 0;
        var matched = selected.Values.SelectMany(versions => versions).ToHashSet();
        if (isAll || matched.Count > 0)
        {
            await chunk.LoadAsync(
                connection, storage, type.Type, news.FindAll(entry => WatchedType.After(entry) is { } after && (isAll || matched.Contains((entry.Key, after)))), cancellationToken);
        }

        foreach (var selection in section.Everything)
        {
            Add(events, selection, EventsOf(chunk, section, news, versions: null));
        }

        // Most selections have to do with little of what changed, or with nothing.
        var isAlwaysNews = section.IsThroughOther || news.Exists(entry => type.Before(entry).Before == WatchBefore.Unspecified);
        if (!isAlwaysNews && selected.Count == 0)
        {
            return;
        }

        var index = new NewsIndex(type, section.IsThroughOther, news, matched);
        foreach (var selection in isAlwaysNews ? section.Selections.Where(selection => !selection.IsEverything) : selected.Keys)
        {
            var versions = selected.GetValueOrDefault(selection) ?? [];
            Add(events, selection, EventsOf(chunk, section, index.Of(versions), versions));
        }
    }

    /// <param name="chunk">The chunk.</param>
    /// <param name="section">The rows that are watched.</param>
    /// <param name="concerning">Entries that concern a selection.</param>
    /// <param name="versions">The versions that it selects; null for all.</param>
    private static List<MatchedEvent> EventsOf(
        FeedChunk chunk, WatchSection section, IEnumerable<FeedRow> concerning, HashSet<(string Key, VersionId Version)>? versions)
    {
        var events = new List<MatchedEvent>();
        foreach (var entry in concerning)
        {
            var (version, before) = section.Type.Before(entry);
            if (before == WatchBefore.Present && versions is not null)
            {
                before = section.IsThroughOther ? WatchBefore.Unspecified
                    : Has(entry.Key, version!.Value) ? WatchBefore.Present : WatchBefore.Absent;
            }

            var record = WatchedType.After(entry) is { } after && Has(entry.Key, after) ? chunk.Find(entry) : null;
            if (record is not null)
            {
                events.Add(new MatchedEvent(entry, before, record, null));
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
                events.Add(new MatchedEvent(entry, before, null, gone));
            }
        }

        return events;

        bool Has(string key, VersionId version) => versions?.Contains((key, version)) != false;
    }

    // Which of the versions before and after the entries match, for each selection that any of them does.
    private static async Task<Dictionary<Selection, HashSet<(string Key, VersionId Version)>>> AskAsync(
        NpgsqlConnection connection, WatchSection section, List<FeedRow> news, CancellationToken cancellationToken)
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

        if (!section.IsThroughOther)
        {
            asked.UnionWith(news.Where(entry => entry.Previous is not null)
                .Select(entry => (entry.Key, section.Type.Before(entry).Version))
                .Where(before => before.Version is not null)
                .Select(before => (before.Key, before.Version!.Value))
                .Except(atHand.Select(entry => (entry.Key, entry.Version))));
        }

        var selected = new Dictionary<Selection, HashSet<(string Key, VersionId Version)>>();
        List<(string Key, VersionId Version)> versions = [.. asked];
        foreach (var question in section.Questions)
        {
            if (atHand.Count > 0)
            {
                Add(await question.AskAsync(connection, atHand, cancellationToken), place => (atHand[place].Key, atHand[place].Version));
            }

            if (versions.Count > 0)
            {
                Add(await question.AskAsync(connection, versions, cancellationToken), place => versions[place]);
            }
        }

        return selected;

        void Add(List<(Selection Selection, int Place)> matches, Func<int, (string Key, VersionId Version)> versionAt)
        {
            foreach (var (selection, place) in matches)
            {
                if (!selected.TryGetValue(selection, out var of))
                {
                    selected.Add(selection, of = []);
                }

                of.Add(versionAt(place));
            }
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
