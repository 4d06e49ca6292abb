using System.Threading.Channels;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Storage;

/// <summary>
/// Writes what calls have to have written down before they are answered: what waits at a time is written together, and each call goes on
/// once its own is on disk.
/// </summary>
/// <typeparam name="T">What is written.</typeparam>
/// <param name="calls">Calls that wait to be written; further ones wait themselves.</param>
/// <param name="batch">Items that are written together, but for the rest of the last call.</param>
/// <param name="write">Writes items, all or none.</param>
/// <param name="failed">Is told why nothing was written.</param>
internal sealed class WriteQueue<T>(int calls, int batch, Func<IReadOnlyList<T>, CancellationToken, Task> write, Action<Exception> failed)
{
    private readonly Channel<Call> _waiting = Channel.CreateBounded<Call>(new BoundedChannelOptions(calls) { SingleReader = true });

    private sealed record Call(IReadOnlyList<T> Items)
    {
        /// <summary>Ends when it is on disk.</summary>
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Returns once the items are on disk.</summary>
    /// <exception cref="Grpc.Core.RpcException">STORE_UNAVAILABLE, HUB_STOPPING: they are not.</exception>
    public async Task AddAsync(IReadOnlyList<T> items, CancellationToken cancellationToken)
    {
        var call = new Call(items);
        try
        {
            await _waiting.Writer.WriteAsync(call, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw HubErrors.Of(ErrorReason.HubStopping);
        }

        await call.Written.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Writes until the hub stops.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                var taken = new List<Call>();
                for (var items = 0; items < batch && _waiting.Reader.TryRead(out var call); items += call.Items.Count)
                {
                    taken.Add(call);
                }

                await WriteAsync(taken, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Whoever still waits is told below.
        }

        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var late))
        {
            late.Written.TrySetException(HubErrors.Of(ErrorReason.HubStopping));
        }
    }

    private async Task WriteAsync(List<Call> taken, CancellationToken cancellationToken)
    {
        try
        {
            await write(taken is [var single] ? single.Items : [.. taken.SelectMany(call => call.Items)], cancellationToken);
            taken.ForEach(call => call.Written.TrySetResult());
        }
        catch (Exception exception)
        {
            var isStopping = cancellationToken.IsCancellationRequested;
            if (!isStopping)
            {
                failed(exception);
            }

            taken.ForEach(call => call.Written.TrySetException(HubErrors.Of(isStopping ? ErrorReason.HubStopping : ErrorReason.StoreUnavailable)));
        }
    }
}
