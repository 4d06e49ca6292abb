using HubExchange.Contracts.Entities;
using HubExchange.Server.Query.Filters;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Query;

/// <summary>Reads stored records, cut to what the caller may see.</summary>
internal sealed class RecordReader(HubStorage storage)
{
    /// <summary>The record of a key, or null. Without a source the consolidated one; tombstones are not records.</summary>
    public async Task<Record?> GetAsync(
        EntityType type, string key, string source, ReadTime time, ReadAccess access, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand();
        var rows = new RecordRows(storage, time, command.Parameters);
        var keys = $"= {command.Parameters.Use(key)}";
        command.CommandText = $"select {RecordRow.Columns} from {rows.From(type, RecordRow.Envelope, source, access.OwnNode, keys)} r";
        return (await ReadAsync(type, command, access, cancellationToken)).FirstOrDefault();
    }

    /// <summary>At most <paramref name="limit"/> records after a key, in the order of the keys.</summary>
    public async Task<List<Record>> ListAsync(
        EntityType type,
        FilterNode? filter,
        string source,
        ReadTime time,
        string afterKey,
        int limit,
        ReadAccess access,
        CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand();
        var rows = new RecordRows(storage, time, command.Parameters);
        var condition = filter is null
            ? "true"
            : new FilterSql(type, "r", access.MayFilter, command.Parameters).Compile(filter);
        var columns = filter is null ? RecordRow.Envelope : [.. RecordRow.Envelope, .. storage.TableOf(type).Columns.Select(column => column.QuotedName)];
        command.CommandText =
            $"""
            select {RecordRow.Columns} from {rows.From(type, columns, source, access.OwnNode, $"> {command.Parameters.Use(afterKey)}")} r
            where {condition}
            order by r.hub_key
            limit {command.Parameters.Use(limit)}
            """;

        return await ReadAsync(type, command, access, cancellationToken);
    }

    private async Task<List<Record>> ReadAsync(
        EntityType type,
        NpgsqlCommand command,
        ReadAccess access,
        CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using (command)
        {
            command.Connection = connection;
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            var records = new List<Record>();
            while (await rows.ReadAsync(cancellationToken))
            {
                records.Add(RecordRow.Read(type, rows, access));
            }

            return records;
        }
    }
}
