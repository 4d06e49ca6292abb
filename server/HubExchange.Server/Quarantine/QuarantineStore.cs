using Dapper;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Quarantine;

/// <summary>Reads the quarantine, and discards.</summary>
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
        var parameters = new { filter.Source, filter.Type, filter.Rule, state = StateCode.Of(filter.State), before, limit };
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            SqlFiles.Read("Quarantine/ListQuarantined.sql"), parameters, cancellationToken: cancellationToken));
        var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            SqlFiles.Read("Quarantine/CountQuarantined.sql"), parameters, cancellationToken: cancellationToken));
        return ([.. rows.Select(ToRecord)], total);
    }

    /// <summary>Open changes by what is wrong with them, after the group with the given type, rule, field and source.</summary>
    public async Task<(List<QuarantineGroup> Groups, long Total)> ListGroupsAsync(
        QuarantineFilter filter, string[] after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<GroupRow>(new CommandDefinition(
            SqlFiles.Read("Quarantine/ListGroups.sql"),
            new
            {
                filter.Source,
                filter.Type,
                filter.Rule,
                afterType = after[0],
                afterRule = after[1],
                afterField = after[2],
                afterSource = after[3],
                limit,
            },
            cancellationToken: cancellationToken))).AsList();
        return (rows.ConvertAll(ToGroup), rows is [var first, ..] ? first.Total : 0);
    }

    /// <summary>Which of the changes there are and whether each is open; of the given node only, unless that is empty.</summary>
    public async Task<Dictionary<long, bool>> StatesOfAsync(IEnumerable<long> ids, string node, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(long Id, bool IsOpen)>(new CommandDefinition(
            SqlFiles.Read("Quarantine/StatesOf.sql"), new { ids = ids.ToArray(), node }, cancellationToken: cancellationToken));
        return rows.ToDictionary(row => row.Id, row => row.IsOpen);
    }

    /// <summary>Discards those of the changes that are open.</summary>
    /// <returns>Their number.</returns>
    public async Task<int> DiscardAsync(
        IEnumerable<long> ids, string reason, string closedBy, DateTime closedAt, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            SqlFiles.Read("Quarantine/Discard.sql"),
            new { ids = ids.ToArray(), reason, closedBy, closedAt },
            cancellationToken: cancellationToken));
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
            State = StateCode.Read(row.State),
            ClosedAt = row.ClosedAt is { } closedAt ? Timestamp.FromDateTime(closedAt) : null,
            ClosedBy = row.ClosedBy ?? "",
            CloseReason = row.CloseReason ?? "",
        };
        record.Violations.Add(ViolationJson.Read(row.Violations));
        return record;
    }

    private static QuarantineGroup ToGroup(GroupRow row) => new()
    {
        Type = row.Type,
        Rule = row.Rule,
        Field = row.Field,
        Source = row.Source,
        Count = row.Count,
        FirstRecordedAt = Timestamp.FromDateTime(row.FirstRecordedAt),
        LastRecordedAt = Timestamp.FromDateTime(row.LastRecordedAt),
        ExampleId = row.ExampleId,
    };

    private sealed record Row(
        long Id, string Source, string Stream, long Sequence, int Index, string Type, string Key, byte[]? Payload, string Violations,
        DateTime RecordedAt, string State, DateTime? ClosedAt, string? ClosedBy, string? CloseReason);

    private sealed record GroupRow(
        string Type, string Rule, string Field, string Source, long Count, DateTime FirstRecordedAt, DateTime LastRecordedAt, long ExampleId,
        long Total);
}
