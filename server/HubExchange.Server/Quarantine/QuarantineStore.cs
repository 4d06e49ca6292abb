using Dapper;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Quarantine;

/// <summary>Reads the quarantine.</summary>
internal sealed class QuarantineStore(HubStorage storage)
{
    /// <summary>One change; of the given node only, unless that is empty.</summary>
    public async Task<QuarantinedRecord?> GetAsync(long id, string node, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            SqlFiles.Read("Quarantine/GetQuarantined.sql"), new { id, node }, cancellationToken: cancellationToken));
        return row is null ? null : ToRecord(row);
    }

    /// <summary>Changes below an id, newest first, and the number of all that match.</summary>
    public async Task<(List<QuarantinedRecord> Records, long Total)> ListAsync(
        QuarantineFilter filter, long before, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var parameters = new { filter.Source, filter.Type, filter.Rule, before, limit };
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            SqlFiles.Read("Quarantine/ListQuarantined.sql"), parameters, cancellationToken: cancellationToken));
        var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            SqlFiles.Read("Quarantine/CountQuarantined.sql"), parameters, cancellationToken: cancellationToken));
        return ([.. rows.Select(ToRecord)], total);
    }

    private static QuarantinedRecord ToRecord(Row row)
    {
        var record = new QuarantinedRecord
        {
            Id = row.Id,
            Source = row.Source,
            Stream = row.Stream,
            Sequence = row.Sequence,
            Index = row.Index,
            Type = row.Type,
            Key = row.Key,
            Payload = ByteString.CopyFrom(row.Payload ?? []),
            RecordedAt = Timestamp.FromDateTime(row.RecordedAt),
        };
        record.Violations.Add(ViolationJson.Read(row.Violations));
        return record;
    }

    private sealed record Row(
        long Id, string Source, string Stream, long Sequence, int Index, string Type, string Key, byte[]? Payload, string Violations,
        DateTime RecordedAt);
}
