using System.Globalization;
using Grpc.Core;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Ingestion;

/// <summary>Reads the frames of a stream and gives up when none comes for a long time. Only waiting for a frame counts.</summary>
/// <param name="requests">The frames.</param>
/// <param name="limit">How long to wait for one.</param>
/// <param name="stream">The stream, for the error.</param>
/// <param name="cancellationToken">Stops reading.</param>
internal sealed class IdleReading(
    IAsyncStreamReader<PushRequest> requests, TimeSpan limit, StreamPosition stream, CancellationToken cancellationToken) : IDisposable
{
    // One timer for the whole stream, set anew for every frame that does not come at once.
    private readonly CancellationTokenSource _timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

    /// <summary>Whether there is another frame.</summary>
    /// <exception cref="RpcException">STREAM_IDLE.</exception>
    public async ValueTask<bool> MoveNextAsync()
    {
        var next = requests.MoveNext(_timeout.Token);
        if (next.IsCompletedSuccessfully)
        {
            return next.Result;
        }

        _timeout.CancelAfter(limit);
        try
        {
            return await next;
        }
        catch (Exception e) when (_timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested &&
            e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            throw HubErrors.Of(
                ErrorReason.StreamIdle,
                ("source", stream.Source),
                ("stream", stream.Stream),
                ("seconds", limit.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)));
        }
        finally
        {
            _timeout.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _timeout.Dispose();
}
