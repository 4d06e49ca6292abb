using Dapper;
using HubExchange.Server.Findings;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Sharing;

/// <summary>Reads share requests and moves them on.</summary>
internal sealed class ShareStore(HubStorage storage)
{
    /// <summary>One share request; null when there is none or the node may not see it. An empty node sees all.</summary>
    public async Task<ShareRow?> GetAsync(long id, string node, DateOnly today, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var json = await connection.QuerySingleOrDefaultAsync<string>(Command("GetShareRequest", new { id, node, today }, null, cancellationToken));
        return json is null ? null : ShareRow.Read(json);
    }

    /// <summary>Share requests below a number, newest first, and the number of all that match.</summary>
    public async Task<(List<ShareRow> Rows, long Total)> ListAsync(
        ListShareRequestsRequest request, string node, DateOnly today, long before, int limit, CancellationToken cancellationToken)
    {
        var parameters = new
        {
            node,
            today,
            before,
            limit,
            request.Asker,
            request.Provider,
            request.Type,
            state = ShareCode.Of(request.State),
            light = FindingCode.Of(request.Light),
            request.WithClosed,
        };
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<string>(Command("ListShareRequests", parameters, null, cancellationToken));
        var total = await connection.ExecuteScalarAsync<long>(Command("CountShareRequests", parameters, null, cancellationToken));
        return ([.. rows.Select(ShareRow.Read)], total);
    }

    /// <summary>What happened to a share request, in order.</summary>
    public async Task<List<EventRow>> ListEventsAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<EventRow>(Command("ListShareEvents", new { id }, null, cancellationToken))).AsList();
    }

    /// <summary>Submits a share request.</summary>
    /// <returns>Its number, or that of the same request if it waits for its answer.</returns>
    public static async Task<long> AddAsync(object parameters, NpgsqlConnection connection, CancellationToken cancellationToken) =>
        // Nothing comes back only when the same request was made at this very moment; it is there the next time.
        await connection.ExecuteScalarAsync<long?>(Command("AddShareRequest", parameters, null, cancellationToken))
        ?? await connection.ExecuteScalarAsync<long>(Command("AddShareRequest", parameters, null, cancellationToken));

    /// <summary>Reads a share request under a lock, has its next state decided, and writes that.</summary>
    /// <returns>Whether there is such a request that the node may see.</returns>
    public async Task<bool> MoveAsync(
        long id, string node, Func<ShareRow, NpgsqlConnection, Task<MovedShare>> decide, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var json = await connection.QuerySingleOrDefaultAsync<string>(Command("LockShareRequest", new { id, node }, transaction, cancellationToken));
        if (json is null)
        {
            return false;
        }

        await WriteAsync(await decide(ShareRow.Read(json), connection), connection, transaction, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Writes a move of a share request that the transaction has locked.</summary>
    public static Task WriteAsync(
        MovedShare moved, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command(
            "MoveShareRequest",
            new
            {
                moved.After.Id,
                moved.After.State,
                moved.After.AnswerAmberOn,
                moved.After.AnswerDueOn,
                moved.After.AnsweredOn,
                moved.After.DeliveryAmberOn,
                moved.After.DeliveryDueOn,
                moved.After.DeliveredOn,
                moved.After.PausedOn,
                moved.After.Papers,
                moved.After.ExtensionDays,
                moved.After.ConsentedBy,
                moved.After.ConsentedOn,
                moved.After.ConsentDocument,
                moved.After.OverdueOn,
                at = moved.At,
                by = moved.By,
                action = ShareCode.Of(moved.Action),
                from = moved.From,
                reason = moved.Reason,
            },
            transaction,
            cancellationToken));

    private static CommandDefinition Command(string file, object parameters, NpgsqlTransaction? transaction, CancellationToken cancellationToken) =>
        new(SqlFiles.Read($"Sharing/{file}.sql"), parameters, transaction, cancellationToken: cancellationToken);

    /// <summary>One event as it is stored.</summary>
    internal sealed record EventRow(int Number, DateTime At, string By, string Action, string From, string Reason, string After);
}
