using System.Threading.Channels;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Client.Push;

/// <summary>
/// An open push stream of one source. Changes are batched into frames, every frame is kept until the hub has committed it, and a broken
/// connection is made anew and resumed where the hub stands, so that nothing is lost and nothing is applied twice.
/// Not thread-safe: one caller sends, in the order that counts.
/// </summary>
public sealed class PushSession : IAsyncDisposable
{
    private readonly PushConnection _connection;
    private readonly FrameBuilder _frames;
    private readonly ChannelWriter<SpooledFrame> _queue;
    private readonly CancellationTokenSource _stop;
    private readonly Task _running;
    private readonly FindOutcome? _findOutcome;

    private PushSession(
        PushConnection connection,
        FrameBuilder frames,
        ChannelWriter<SpooledFrame> queue,
        CancellationTokenSource stop,
        Task running,
        FindOutcome? findOutcome)
    {
        _connection = connection;
        _frames = frames;
        _queue = queue;
        _stop = stop;
        _running = running;
        _findOutcome = findOutcome;
    }

    /// <summary>Asks the hub what became of the snapshot that a frame has ended; null when it does not know.</summary>
    internal delegate Task<SnapshotOutcome?> FindOutcome(PushFrame frame, CancellationToken cancellationToken);

    /// <summary>How far the session is, also after it failed.</summary>
    public PushProgress Progress => _connection.Progress;

    /// <summary>Sends an inserted or replaced record.</summary>
    public Task SendAsync(EntityType type, IMessage record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        return SendAsync(type, new Change { Record = record.ToByteString() }, cancellationToken);
    }

    /// <summary>Sends a change. Waits while the hub does not take more.</summary>
    /// <exception cref="HubException">The stream failed for good; everything acknowledged before is committed.</exception>
    public async Task SendAsync(EntityType type, Change change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (_frames.Add(type.Id, change) is { } full)
        {
            await EnqueueAsync(full, cancellationToken);
        }

        _connection.Sent = _frames.Count;
    }

    /// <summary>
    /// Begins a full snapshot: from here to <see cref="EndSnapshotAsync"/> everything of the type is sent, and what is not is deleted by
    /// the hub or waits for approval. Records of other types may be sent in between. An open snapshot of the type is given up; one that is
    /// never ended deletes nothing.
    /// </summary>
    public async Task BeginSnapshotAsync(EntityType type, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (_frames.Begin(type.Id) is { } before)
        {
            await EnqueueAsync(before, cancellationToken);
        }
    }

    /// <summary>Ends a snapshot. What became of it is in <see cref="PushResult.Snapshots"/>.</summary>
    public Task EndSnapshotAsync(EntityType type, CancellationToken cancellationToken = default) =>
        MarkEndAsync(type, SnapshotMark.End, cancellationToken);

    /// <summary>Gives a snapshot up: nothing is deleted, what was sent stays.</summary>
    public Task AbortSnapshotAsync(EntityType type, CancellationToken cancellationToken = default) =>
        MarkEndAsync(type, SnapshotMark.Abort, cancellationToken);

    /// <summary>Sends what is left, waits until everything is committed, and closes the stream.</summary>
    /// <exception cref="HubException">The stream failed for good; everything acknowledged before is committed.</exception>
    public async Task<PushResult> CompleteAsync(CancellationToken cancellationToken = default)
    {
        if (_frames.Take() is { } last)
        {
            await EnqueueAsync(last, cancellationToken);
        }

        _queue.TryComplete();
        await _running.WaitAsync(cancellationToken);
        var result = _connection.Result;
        foreach (var frame in _connection.UnreportedEnds)
        {
            if (_findOutcome is not null && await _findOutcome(frame, cancellationToken) is { } outcome)
            {
                result = result with { Snapshots = [.. result.Snapshots.Append(outcome).OrderBy(each => each.Sequence)] };
            }
        }

        return result;
    }

    /// <summary>Ends the connection. What was not acknowledged may or may not be committed; sending it again is safe.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _queue.TryComplete();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    internal static async Task<PushSession> OpenAsync(
        PushService.PushServiceClient client,
        HubConnection? hub,
        PushHello hello,
        PushOptions options,
        HubClientOptions clientOptions,
        IProgress<PushProgress>? progress,
        CancellationToken cancellationToken,
        FindOutcome? findOutcome = null)
    {
        // One frame waits while another is sent; the spool is bounded by the credits of the hub.
        var queue = Channel.CreateBounded<SpooledFrame>(1);
        var stop = new CancellationTokenSource();
        var connection = new PushConnection(client, hub, hello, options, clientOptions, queue.Reader, progress);
        var running = RunAsync(connection, queue.Writer, stop.Token);
        try
        {
            var welcome = await connection.Opened.WaitAsync(cancellationToken);
            var maxChanges = Math.Clamp(options.BatchSize, 1, Math.Max(1, welcome.MaxChanges));

            // The rest is room for what surrounds the changes in a frame.
            var maxBytes = welcome.MaxFrameBytes / 5 * 4;
            return new PushSession(connection, new FrameBuilder(maxChanges, maxBytes), queue.Writer, stop, running, findOutcome);
        }
        catch
        {
            await stop.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.Dispose();
            throw;
        }
    }

    private static async Task RunAsync(PushConnection connection, ChannelWriter<SpooledFrame> queue, CancellationToken cancellationToken)
    {
        try
        {
            await connection.RunAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            // Whoever sends or waits hears of it.
            queue.TryComplete(exception);
            connection.Fail(exception);
            throw;
        }
    }

    private async Task MarkEndAsync(EntityType type, SnapshotMark mark, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(type);
        foreach (var frame in _frames.End(type.Id, mark))
        {
            await EnqueueAsync(frame, cancellationToken);
        }
    }

    private async Task EnqueueAsync(SpooledFrame frame, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.WriteAsync(frame, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            await _running;
            throw;
        }
    }
}
