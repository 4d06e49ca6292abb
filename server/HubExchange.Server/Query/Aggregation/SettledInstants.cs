using HubExchange.Server.Errors;
using HubExchange.Server.Ingestion;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Query.Aggregation;

/// <summary>The instants of answers that are final: whoever reads again as of such an instant gets the same.</summary>
internal sealed class SettledInstants(WriteInstants instants, IOptions<AggregateOptions> options)
{
    private static readonly string LastChangeSql = SqlFiles.Read("Query/Aggregation/LastChange.sql");

    /// <summary>An instant before which nothing will be recorded any more.</summary>
    /// <param name="notBefore">Earliest instant that is of use.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="Grpc.Core.RpcException">STORE_UNAVAILABLE: a batch takes too long.</exception>
    public async Task<DateTime> SettleAsync(DateTime notBefore, CancellationToken cancellationToken)
    {
        try
        {
            return await instants.SettleAsync(notBefore, TimeSpan.FromSeconds(options.Value.SettleTimeoutSeconds), cancellationToken);
        }
        catch (TimeoutException)
        {
            throw HubErrors.Of(ErrorReason.StoreUnavailable);
        }
    }

    /// <summary>Whether a snapshot, which this begins, has nothing newer than the instant, so that what is current is what was known then.</summary>
    /// <remarks>
    /// The feed speaks for other hubs; in this one nothing recorded after the instant can be in the snapshot if none of it began to commit.
    /// </remarks>
    public async Task<bool> IsLatestAsync(NpgsqlConnection connection, DateTime instant, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(LastChangeSql, connection);
        var last = await command.ExecuteScalarAsync(cancellationToken) as DateTime? ?? DateTime.MinValue;
        return last <= instant && !instants.MayShowAfter(instant);
    }
}
