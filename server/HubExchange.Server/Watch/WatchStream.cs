using Grpc.Core;
using HubExchange.Server.Deliveries;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.V1;

namespace HubExchange.Server.Watch;

/// <summary>Sends messages to one watcher once the ledger has them, and gives up on one that does not take them.</summary>
internal sealed class WatchStream(
    IServerStreamWriter<WatchRecordsResponse> stream, DeliveryLedger ledger, Caller caller, TimeSpan stallTimeout, TimeProvider time)
{
    /// <summary>Sends a message.</summary>
    /// <exception cref="RpcException">WATCH_TOO_SLOW, STORE_UNAVAILABLE.</exception>
    public async Task SendAsync(WatchRecordsResponse message, CancellationToken cancellationToken)
    {
        await ledger.AddAsync(caller, DeliveryWay.Watch, DeliveredVersion.Of(message), cancellationToken);

        // To cancel the write itself would break the call off, and the caller would not be told why it ends. What has been written, and
        // the reason behind it, is there for a caller that takes it late; one that never does is cut off by the server.
        try
        {
            await stream.WriteAsync(message, CancellationToken.None).WaitAsync(stallTimeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw TooSlow();
        }
        catch (InvalidOperationException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The caller is gone.", e, cancellationToken);
        }
    }

    /// <summary>WATCH_TOO_SLOW.</summary>
    public static RpcException TooSlow() => HubErrors.Of(ErrorReason.WatchTooSlow);
}
