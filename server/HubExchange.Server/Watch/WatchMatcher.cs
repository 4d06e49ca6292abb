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
/// Decides what entries of the feed mean to a selection. The database decides with the statement parts that list records, one statement
/// for a type and its entries; where everything is selected, nothing is asked.
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

    /// <summary>The events of a chunk in order, with every record loaded.</summary>
    /// <param name="connection">Connection with a transaction that sees one snapshot.</param>
    /// <param name="chunk">The entries.</param>
    /// <param name="selection">The selection.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<MatchedEvent>> MatchAsync(
        NpgsqlConnection connection, FeedChunk chunk, Selection selection, CancellationToken cancellationToken)
    {
        var events = new List<MatchedEvent>();
        foreach (var entries in chunk.Entries.GroupBy(entry => entry.Type))
        {
            if (selection.Find(entries.Key) is { } type && entries.Where(type.IsNews).ToList() is { Count: > 0 } news)
            {
                events.AddRange(await MatchAsync(connection, chunk, selection, type, news, cancellationToken));
            }
        }

        if (selection.Place is not null)
        {
            foreach (var type in selection.Types.Where(type => WatchedPlace.IsThroughOrganization(type.Type)))
            {
                events.AddRange(await MovedAsync(connection, chunk, selection, type, cancellationToken));
            }
        }

        // What an organisation brings along comes after what changed itself.
        return [.. events.OrderBy(matched => matched.Entry.Position)];
    }

    private async Task<List<MatchedEvent>> MatchAsync(
        NpgsqlConnection connection,
        FeedChunk chunk,
        Selection selection,
        WatchedType type,
        List<FeedRow> news,
        CancellationToken cancellationToken)
    {
        var isThroughOther = selection.Place is not null && WatchedPlace.IsThroughOrganization(type.Type);
        var matching = selection.IsEverything ? null : await AskAsync(connection, selection, type, news, isThroughOther, cancellationToken);
        var put = news.FindAll(entry => WatchedType.After(entry) is { } after && matching?.Contains((entry.Key, after)) != false);
        await chunk.LoadAsync(connection, storage, type.Type, put, cancellationToken);
        var isPut = put.ToHashSet();
        var events = new List<MatchedEvent>(news.Count);
        foreach (var entry in news)
        {
            var (version, before) = type.Before(entry);
            if (before == WatchBefore.Present && matching is not null)
            {
                before = isThroughOther ? WatchBefore.Unspecified
                    : matching.Contains((entry.Key, version!.Value)) ? WatchBefore.Present : WatchBefore.Absent;
            }

            var record = isPut.Contains(entry) ? chunk.Find(entry) : null;
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
                };
                events.Add(new MatchedEvent(entry, before, null, gone));
            }
        }

        return events;
    }

    // Which of the versions before and after the entries match.
    private async Task<HashSet<(string Key, VersionId Version)>> AskAsync(
        NpgsqlConnection connection,
        Selection selection,
        WatchedType type,
        List<FeedRow> news,
        bool isThroughOther,
        CancellationToken cancellationToken)
    {
        var asked = new HashSet<(string, VersionId)>();
        foreach (var entry in news)
        {
            if (WatchedType.After(entry) is { } after)
            {
                asked.Add((entry.Key, after));
            }

            if (!isThroughOther && type.Before(entry) is { Version: { } before })
            {
                asked.Add((entry.Key, before));
            }
        }

        await using var command = new NpgsqlCommand { Connection = connection };
        FeedChunk.AddKeys(command, asked);
        var (condition, join, columns) = selection.Sql(type.Type, storage, types, command.Parameters);
        command.CommandText =
            $"""
            select r.hub_key, r.hub_source, r.hub_revision
            from unnest($1::text[], $2::text[], $3::bigint[]) as k (key, source, revision)
            cross join lateral ({FeedChunk.VersionsOf(storage.TableOf(type.Type), string.Join(", ", columns.Union(["hub_revision"])))}) r
            {join}
            where {condition}
            """;
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var matching = new HashSet<(string, VersionId)>();
        while (await rows.ReadAsync(cancellationToken))
        {
            matching.Add((rows.GetString(0), new VersionId(rows.GetString(1), rows.GetInt64(2))));
        }

        return matching;
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
                    entry, WatchBefore.Unspecified, null, new WatchGone { Type = type.Type.Id, Key = record.Key, Source = record.Source }));
        }

        return events;
    }
}
