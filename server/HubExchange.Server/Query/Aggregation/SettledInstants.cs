using HubExchange.Server.Changes;
using HubExchange.Server.Errors;
using HubExchange.Server.Ingestion;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Query.Aggregation;

/// <summary>The instants of answers that are final: whoever reads again as of such an instant gets the same, from whichever hub.</summary>
internal sealed class SettledInstants(HubStorage storage, WriteInstants instants, IOptions<AggregateOptions> options)
{
    // Something may be committed between the look at what is being written and the snapshot. The time between them is far shorter than a
    // batch takes, so that the next attempt mostly does.
    private const int Attempts = 5;

    private static readonly string ClockSql = SqlFiles.Read("Query/Aggregation/ReadClock.sql");
    private static readonly string WritingSql = SqlFiles.Read("Query/Aggregation/ListWriting.sql");
    private static readonly string AwaitSql = SqlFiles.Read("Query/Aggregation/AwaitBatches.sql");

    /// <summary>
    /// A snapshot as of an instant at which everything acknowledged is recorded, and after which no hub will record anything before it; or
    /// as of an earlier one. The latest is, but for bad luck five times, one that what is current answers.
    /// </summary>
    /// <remarks>
    /// The instant lies before the batches that are still being written, so that a slow disk makes no reader wait; except where one that
    /// began later has finished sooner: then it waits for those that began before that one.
    /// </remarks>
    /// <param name="wanted">The instant asked for; null for the latest.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="Grpc.Core.RpcException">STORE_UNAVAILABLE: a batch takes too long.</exception>
    public async Task<SettledSnapshot> BeginAsync(DateTime? wanted, CancellationToken cancellationToken)
    {
        var connection = await storage.SurveySource.OpenConnectionAsync(cancellationToken);
        NpgsqlTransaction? transaction = null;
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var settled = await SettleAsync(connection, cancellationToken);
                var instant = wanted < settled ? wanted.Value : settled;
                transaction = await connection.BeginSurveyAsync(cancellationToken);
                var isLatest = (await connection.ReadFeedBoundsAsync(cancellationToken)).RecordedAt <= instant;
                if (isLatest || wanted is not null || attempt == Attempts)
                {
                    return new SettledSnapshot(connection, transaction, instant, isLatest);
                }

                await transaction.DisposeAsync();
                transaction = null;
            }
        }
        catch
        {
            if (transaction is not null)
            {
                await transaction.DisposeAsync();
            }

            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task<DateTime> SettleAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        DateTime settled;
        var overtaken = new List<long>();
        await using (var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(ClockSql), new NpgsqlBatchCommand(WritingSql) } })
        await using (var rows = await batch.ExecuteReaderAsync(cancellationToken))
        {
            await rows.ReadAsync(cancellationToken);
            var (now, committed) = (rows.GetDateTime(0), rows.GetDateTime(1));
            settled = now > committed ? now : committed;
            await rows.NextResultAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                var earliest = DateTime.UnixEpoch.AddMicroseconds(rows.GetInt64(1));
                if (earliest <= committed)
                {
                    overtaken.Add(rows.GetInt64(0));
                }
                else if (earliest <= settled)
                {
                    settled = earliest.AddMicroseconds(-1);
                }
            }
        }

        // This process records nothing until then any more, not even by a clock that is set back.
        instants.Pass(settled);
        if (overtaken.Count > 0)
        {
            await AwaitAsync(connection, [.. overtaken], cancellationToken);
        }

        return settled;
    }

    private async Task AwaitAsync(NpgsqlConnection connection, long[] batches, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(options.Value.SettleTimeoutSeconds));
        await using var command = new NpgsqlCommand(AwaitSql, connection) { Parameters = { new NpgsqlParameter<long[]> { TypedValue = batches } } };
        try
        {
            await command.ExecuteNonQueryAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw HubErrors.Of(ErrorReason.StoreUnavailable);
        }
    }
}
