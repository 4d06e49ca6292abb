using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;
using NpgsqlTypes;

namespace HubExchange.Server.Audit;

/// <summary>Lists entries of the audit.</summary>
internal sealed class AuditReader(HubStorage storage)
{
    private static readonly string ListSql = SqlFiles.Read("Audit/ListAudit.sql");

    /// <summary>Entries that match, newest first.</summary>
    /// <param name="filter">What they have to match.</param>
    /// <param name="since">Instant of the first.</param>
    /// <param name="until">Instant after the last.</param>
    /// <param name="before">Position after the last.</param>
    /// <param name="limit">Most entries.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<List<AuditEntry>> ListAsync(
        ListAuditEntriesRequest filter, DateTime? since, DateTime? until, long before, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(ListSql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<long> { TypedValue = before },
                new NpgsqlParameter { Value = (object?)since ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                new NpgsqlParameter { Value = (object?)until ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                new NpgsqlParameter<string> { TypedValue = filter.Caller },
                new NpgsqlParameter<string> { TypedValue = filter.Node },
                new NpgsqlParameter<string> { TypedValue = filter.Method },
                new NpgsqlParameter<string> { TypedValue = filter.Type },
                new NpgsqlParameter<string> { TypedValue = AuditCode.Of(filter.Event) },
                new NpgsqlParameter<int> { TypedValue = limit },
            },
        };
        var entries = new List<AuditEntry>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            entries.Add(AuditRow.Read(rows));
        }

        return entries;
    }
}
