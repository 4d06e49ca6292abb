using System.Runtime.CompilerServices;
using Grpc.Core;
using HubExchange.Client.Push;
using HubExchange.Client.Watch;
using HubExchange.V1;

namespace HubExchange.Client;

/// <content>Watches.</content>
public sealed partial class HubClient
{
    /// <summary>
    /// Tells every change of the selected records, each once and in the order of the commits, until the caller stops. Goes on by itself
    /// after the connection was lost, the hub was restarted, or the caller was too slow.
    /// </summary>
    /// <param name="options">What to watch; everything from now on unless given.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="HubException">The hub refuses, for another reason than one that passes.</exception>
    public async IAsyncEnumerable<WatchBatch> WatchAsync(
        Watch.WatchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        options ??= new Watch.WatchOptions();
        var backoff = new Backoff(options.MinPause, options.MaxPause, Random.Shared);
        var session = new WatchSession(options);
        while (true)
        {
            using var call = _watch.WatchRecords(session.NextRequest(), new CallOptions(_connection.Headers, cancellationToken: cancellationToken));
            if (session.IsState)
            {
                yield return new WatchBatch(WatchBatchKind.StateBegin, [], null);
            }

            RpcException? failure;
            while (true)
            {
                (var response, failure) = await NextAsync(call, cancellationToken);
                if (response is null)
                {
                    break;
                }

                backoff.Reset();
                if (session.Read(response) is { } batch)
                {
                    yield return batch;
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            var error = failure is null ? null : ErrorTranslation.Translate(failure, _connection);
            if (error is not null && !session.MayGoOn(error))
            {
                throw error;
            }

            await Task.Delay(backoff.Next(error?.RetryDelay), _options.TimeProvider, cancellationToken);
        }
    }

    private static async Task<(WatchRecordsResponse? Response, RpcException? Failure)> NextAsync(
        AsyncServerStreamingCall<WatchRecordsResponse> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call.ResponseStream.MoveNext(cancellationToken) ? (call.ResponseStream.Current, null) : (null, null);
        }
        catch (RpcException exception)
        {
            return (null, exception);
        }
    }
}
