using Grpc.Core;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Watch;

/// <summary>Sends messages to one watcher, and gives up on one that does not take them.</summary>
internal sealed class WatchStream(IServerStreamWriter<WatchRecordsResponse> stream, TimeSpan stallTimeout, TimeProvider time)
{
    /// <summary>Sends a message.</summary>
    /// <exception cref="RpcException">WATCH_TOO_SLOW.</exception>
    public async Task SendAsync(WatchRecordsResponse message, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = stream.WriteAsync(message, limit.Token);
        if (writing.IsCompletedSuccessfully)
        {
            return;
        }

        try
        {
            await writing.WaitAsync(stallTimeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            await limit.CancelAsync();
            throw TooSlow();
        }
    }

    /// <summary>WATCH_TOO_SLOW.</summary>
    public static RpcException TooSlow() => HubErrors.Of(ErrorReason.WatchTooSlow);
}
