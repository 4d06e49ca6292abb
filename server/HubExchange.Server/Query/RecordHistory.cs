using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Server.Query;

/// <summary>Lists the versions of a record, each with what it changed, cut to what the caller may see.</summary>
internal sealed class RecordHistory(HubStorage storage)
{
    /// <summary>One page of versions, newest first.</summary>
    /// <param name="type">Type of the record.</param>
    /// <param name="key">Its key.</param>
    /// <param name="source">A node, <see cref="RecordRows.EverySource"/> for every node, or empty for every node and the hub.</param>
    /// <param name="after">Last version of the page before; null for the first page.</param>
    /// <param name="size">Most versions of the page.</param>
    /// <param name="caller">Who reads.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<(IReadOnlyList<HistoryVersion> Versions, ListCursor? Last)> ListAsync(
        EntityType type, string key, string source, ListCursor? after, int size, Caller caller, CancellationToken cancellationToken)
    {
        var access = new ReadAccess(caller, type);
        await using var command = new NpgsqlCommand();
        command.CommandText = Statement(type, key, source, after, size + 1, access, command.Parameters);
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        command.Connection = connection;
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var versions = new List<HistoryVersion>();
        while (await rows.ReadAsync(cancellationToken))
        {
            if (versions.Count == size)
            {
                return (versions, CursorOf(versions[^1].Record));
            }

            versions.Add(Read(type, rows, access));
        }

        return (versions, null);
    }

    // What was in force before is looked for among all versions of the source, not among those of the page. Index: primary keys.
    private string Statement(
        EntityType type, string key, string source, ListCursor? after, int limit, ReadAccess access, NpgsqlParameterCollection parameters)
    {
        var table = storage.TableOf(type);
        var columns = string.Join(", ", RecordRow.Envelope);
        var restriction = $"hub_key = {parameters.Use(key)}";
        if (access.OwnNode is { } ownNode)
        {
            restriction += $" and hub_source = {parameters.Use(ownNode)}";
        }

        restriction += source switch
        {
            "" => "",
            RecordRows.EverySource => $" and hub_source <> '{EntityTable.HubSource}'",
            _ => $" and hub_source = {parameters.Use(source)}",
        };
        return
            $"""
            select {RecordRow.Columns}, r.latest, r.hub_superseded_at, r.previous_revision, r.previous_payload
            from (
              select v.*, lag(v.hub_revision) over force as previous_revision, lag(v.hub_payload) over force as previous_payload
              from (
                select {columns}, hub_superseded_at, false as latest from {table.VersionTable} where {restriction}
                union all
                select {columns}, null, true from {table.Table} where {restriction}) v
              window force as (partition by v.hub_source order by v.hub_effective_from, v.hub_recorded_at, v.hub_revision)) r
            where {(after is null ? "true" : After(after, parameters))}
            order by r.hub_recorded_at desc, r.hub_source, r.hub_revision desc
            limit {parameters.Use(limit)}
            """;
    }

    private static HistoryVersion Read(EntityType type, NpgsqlDataReader row, ReadAccess access)
    {
        var record = RecordRow.Read(type, row, access);
        var version = new HistoryVersion { Record = record, Latest = row.GetBoolean(RecordRow.Count) };
        if (!row.IsDBNull(RecordRow.Count + 1))
        {
            version.SupersededAt = Timestamp.FromDateTime(row.GetDateTime(RecordRow.Count + 1));
        }

        // The payload of a deletion is empty.
        IMessage? before = null;
        if (!row.IsDBNull(RecordRow.Count + 2))
        {
            version.PreviousRevision = row.GetInt64(RecordRow.Count + 2);
            if (row.GetFieldValue<byte[]>(RecordRow.Count + 3) is { Length: > 0 } payload)
            {
                before = type.Parse(access.Cut(UnsafeByteOperations.UnsafeWrap(payload), record.Source).Payload);
            }
        }

        version.Changes.Add(FieldDiff.Of(type, before, record.Deleted ? null : type.Parse(record.Payload.Value)));
        return version;
    }

    private static ListCursor CursorOf(Record last) => new(
        last.Key,
        last.Source,
        [last.RecordedAt.ToDateTime().ToString("O", CultureInfo.InvariantCulture), last.Revision.ToString(CultureInfo.InvariantCulture)]);

    private static string After(ListCursor after, NpgsqlParameterCollection parameters)
    {
        if (after.Values is not [{ } recorded, { } revision] ||
            !DateTime.TryParseExact(recorded, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var recordedAt) ||
            recordedAt.Kind != DateTimeKind.Utc ||
            !long.TryParse(revision, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw HubErrors.Of(ErrorReason.PageTokenInvalid);
        }

        var (time, source, last) = (parameters.Use(recordedAt), parameters.Use(after.Source), parameters.Use(number));
        return $"(r.hub_recorded_at < {time} or (r.hub_recorded_at = {time} and (r.hub_source > {source} or (r.hub_source = {source} and r.hub_revision < {last}))))";
    }
}
