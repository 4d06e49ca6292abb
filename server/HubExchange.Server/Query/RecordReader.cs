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
    public async Task<Record?> GetAsync(EntityType type, string key, string source, ReadAccess access, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand();
        var rows = RowsOf(source, access, command.Parameters);
        command.Parameters.Add(new NpgsqlParameter { Value = key });
        command.CommandText =
            $"select {RecordRow.Columns} from {storage.TableOf(type).Table} r where {rows} and r.hub_key = ${command.Parameters.Count}";

        return (await ReadAsync(type, command, access, cancellationToken)).FirstOrDefault();
    }

    /// <summary>At most <paramref name="limit"/> records after a key, in the order of the keys.</summary>
    public async Task<List<Record>> ListAsync(
        EntityType type,
        FilterNode? filter,
        string source,
        string afterKey,
        int limit,
        ReadAccess access,
        CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand();
        var rows = RowsOf(source, access, command.Parameters);
        var condition = filter is null
            ? "true"
            : new FilterSql(type, "r", access.MayFilter, command.Parameters).Compile(filter);
        command.Parameters.Add(new NpgsqlParameter { Value = afterKey });
        command.Parameters.Add(new NpgsqlParameter { Value = limit });
        command.CommandText =
            $"""
            select {RecordRow.Columns} from {storage.TableOf(type).Table} r
            where {rows} and {condition} and r.hub_key > ${command.Parameters.Count - 1}
            order by r.hub_key
            limit ${command.Parameters.Count}
            """;

        return await ReadAsync(type, command, access, cancellationToken);
    }

    private static string RowsOf(string source, ReadAccess access, NpgsqlParameterCollection parameters)
    {
        if (source.Length == 0 && !access.OwnRowsOnly)
        {
            return "r.hub_consolidated";
        }

        parameters.Add(new NpgsqlParameter { Value = source.Length == 0 ? access.Node : source });
        if (!access.OwnRowsOnly || source.Length == 0)
        {
            return "r.hub_source = $1 and not r.hub_deleted";
        }

        parameters.Add(new NpgsqlParameter { Value = access.Node });
        return "r.hub_source = $1 and r.hub_source = $2 and not r.hub_deleted";
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
