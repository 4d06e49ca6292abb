using Dapper;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Findings;

/// <summary>Reads findings and moves them on.</summary>
internal sealed class FindingStore(HubStorage storage)
{
    /// <summary>One finding; null when there is none or the node may not see it. An empty node sees all.</summary>
    public async Task<FindingRow?> GetAsync(long id, string node, DateOnly today, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var json = await connection.QuerySingleOrDefaultAsync<string>(Command("GetFinding", new { id, node, today }, null, cancellationToken));
        return json is null ? null : FindingRow.Read(json);
    }

    /// <summary>Findings below a number, newest first, and the number of all that match.</summary>
    public async Task<(List<FindingRow> Rows, long Total)> ListAsync(
        ListFindingsRequest request, string node, DateOnly today, long before, int limit, CancellationToken cancellationToken)
    {
        var parameters = new
        {
            node,
            today,
            before,
            limit,
            request.Rule,
            request.Type,
            request.Key,
            request.Owner,
            request.Source,
            dimension = FindingCode.Of(request.Dimension),
            origin = FindingCode.Of(request.Origin),
            state = FindingCode.Of(request.State),
            light = FindingCode.Of(request.Light),
            request.WithClosed,
            request.WithOrder,
        };
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<string>(Command("ListFindings", parameters, null, cancellationToken));
        var total = await connection.ExecuteScalarAsync<long>(Command("CountFindings", parameters, null, cancellationToken));
        return ([.. rows.Select(FindingRow.Read)], total);
    }

    /// <summary>Open findings about some records, newest first. An empty node sees all.</summary>
    public async Task<IEnumerable<FindingRow>> ListOfRecordsAsync(
        IReadOnlyCollection<(string Type, string Key)> records, string node, DateOnly today, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var parameters = new
        {
            types = records.Select(record => record.Type).ToArray(),
            keys = records.Select(record => record.Key).ToArray(),
            node,
            today,
            limit,
        };
        var rows = await connection.QueryAsync<string>(Command("ListFindingsOfRecords", parameters, null, cancellationToken));
        return rows.Select(FindingRow.Read);
    }

    /// <summary>Open findings by rule and owner.</summary>
    public async Task<IEnumerable<FindingGroup>> ListGroupsAsync(
        ListFindingGroupsRequest request, string node, DateOnly today, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<GroupRow>(Command(
            "ListFindingGroups", new { node, today, request.Type, request.Owner }, null, cancellationToken));
        return rows.Select(row => new FindingGroup { Rule = row.Rule, Owner = row.Owner, Count = row.Count, Amber = row.Amber, Red = row.Red });
    }

    /// <summary>What happened to a finding until an instant, in order.</summary>
    public async Task<List<EventRow>> ListEventsAsync(long id, DateTime until, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<EventRow>(Command("ListFindingEvents", new { id, until }, null, cancellationToken))).AsList();
    }

    /// <summary>Raises a doubt of somebody.</summary>
    /// <returns>Its number, or that of the same doubt if it is open already.</returns>
    public async Task<long> RaiseAsync(object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        // Nothing comes back only when the same doubt was raised at this very moment; it is there the next time.
        return await connection.ExecuteScalarAsync<long?>(Command("AddPersonFinding", parameters, null, cancellationToken))
            ?? await connection.ExecuteScalarAsync<long>(Command("AddPersonFinding", parameters, null, cancellationToken));
    }

    /// <summary>Reads a finding under a lock, has its next state decided, and writes that.</summary>
    /// <returns>Whether there is such a finding that the node may see.</returns>
    public async Task<bool> MoveAsync(
        long id,
        string node,
        Func<FindingRow, NpgsqlConnection, Task<MovedFinding>> decide,
        CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var json = await connection.QuerySingleOrDefaultAsync<string>(Command("LockFinding", new { id, node }, transaction, cancellationToken));
        if (json is null)
        {
            return false;
        }

        await WriteAsync(await decide(FindingRow.Read(json), connection), connection, transaction, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Writes a move of a finding that the transaction has locked.</summary>
    public static Task WriteAsync(
        MovedFinding moved, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command(
            "MoveFinding",
            new
            {
                moved.After.Id,
                moved.After.State,
                moved.After.Owner,
                moved.After.ReceivedOn,
                moved.After.AmberOn,
                moved.After.DueOn,
                moved.After.PausedOn,
                order = moved.After.SupervisionOrder,
                moved.After.OrderedOn,
                at = moved.At,
                by = moved.By,
                action = FindingCode.Of(moved.Action),
                from = moved.From,
                reason = moved.Reason,
            },
            transaction,
            cancellationToken));

    private static CommandDefinition Command(string file, object parameters, NpgsqlTransaction? transaction, CancellationToken cancellationToken) =>
        new(SqlFiles.Read($"Findings/{file}.sql"), parameters, transaction, cancellationToken: cancellationToken);

    /// <summary>One event as it is stored.</summary>
    internal sealed record EventRow(int Number, DateTime At, string By, string Action, string From, string Reason, string After);

    private sealed record GroupRow(string Rule, string Owner, long Count, long Amber, long Red);
}
