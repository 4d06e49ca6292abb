using System.Diagnostics;
using System.Threading.Channels;
using System.Threading.RateLimiting;
using HubExchange.Region.V1;
using HubExchange.Server.Errors;
using HubExchange.Server.Faults;
using HubExchange.Server.Signals;
using HubExchange.V1;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Ingestion;

/// <summary>
/// The one way into the store. Frames of all streams and unary pushes wait in a few lanes; each lane writes what has gathered in one
/// transaction while the next frames gather, so that under load many frames share a commit and alone a frame waits for nobody.
/// A source stays in its lane while it has frames there, so they are committed in the order they came.
/// </summary>
internal sealed partial class FrameWriter(
    BatchWriter batches, DivisionRegister divisions, IOptions<IngestionOptions> options, HubMetrics metrics, ILogger<FrameWriter> logger)
    : BackgroundService
{
    private const int MaxAttempts = 20;

    private readonly Channel<Pending>[] _lanes =
        [.. Enumerable.Range(0, options.Value.Lanes).Select(_ => Channel.CreateUnbounded<Pending>(
            new UnboundedChannelOptions { SingleReader = true }))];

    // What bounds the lanes: changes that are being checked, wait or are written. First come, first served.
    private readonly ConcurrencyLimiter _room = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.Value.MaxWaitingChanges,
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    private readonly LaneChoice _choice = new(options.Value.Lanes);

    private sealed record Pending(FrameWrite Frame, RateLimitLease Room)
    {
        public TaskCompletionSource<FrameResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The call it came by, for traces.</summary>
        public ActivityContext Origin { get; } = Activity.Current?.Context ?? default;
    }

    /// <summary>Frames wait for room.</summary>
    public bool IsCrowded => _room.GetStatistics() is { CurrentQueuedCount: > 0 };

    /// <summary>Takes a frame as soon as there is room for it and writes it. Returns when it is committed.</summary>
    /// <param name="changes">How many changes it has.</param>
    /// <param name="read">Reads and checks it; called when there is room.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="Grpc.Core.RpcException">STREAM_FENCED, HUB_STOPPING.</exception>
    public async Task<FrameResult> WriteAsync(int changes, Func<FrameWrite> read, CancellationToken cancellationToken) =>
        await await EnqueueAsync(changes, read, cancellationToken);

    /// <summary>Takes a frame as soon as there is room for it. The inner task ends when it is committed.</summary>
    /// <param name="changes">How many changes it has.</param>
    /// <param name="read">Reads and checks it, which takes several times the memory of its bytes; called when there is room.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="Grpc.Core.RpcException">HUB_STOPPING.</exception>
    public async Task<Task<FrameResult>> EnqueueAsync(int changes, Func<FrameWrite> read, CancellationToken cancellationToken)
    {
        var room = await _room.AcquireAsync(Math.Clamp(changes, 1, options.Value.MaxWaitingChanges), cancellationToken);
        try
        {
            var pending = new Pending(read(), room);
            var source = pending.Frame.Caller.Node;
            if (_lanes[_choice.Enter(source)].Writer.TryWrite(pending))
            {
                return pending.Done.Task;
            }

            _choice.Leave(source);
            throw HubErrors.Of(ErrorReason.HubStopping);
        }
        catch
        {
            room.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _room.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await FailPoints.HitAsync(FailPoint.HubStopping);

        // What waits is still written; what comes now is refused.
        foreach (var lane in _lanes)
        {
            lane.Writer.TryComplete();
        }

        if (ExecuteTask is { } running)
        {
            await running.WaitAsync(cancellationToken);
        }

        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_lanes.Select(lane => Task.Run(() => RunAsync(lane.Reader), CancellationToken.None)));

    private async Task RunAsync(ChannelReader<Pending> lane)
    {
        var batch = new List<Pending>();
        while (await lane.WaitToReadAsync(CancellationToken.None))
        {
            Gather(lane, batch);
            using var signal = BatchSignal.Begin(
                metrics, batch.Sum(pending => pending.Frame.Changes.Count), batch.ConvertAll(pending => pending.Origin));
            try
            {
                await FailPoints.HitAsync(FailPoint.BatchGathered);
                await CommitAsync(batch);
            }
            catch (Exception e)
            {
                signal.Fail();

                // Nothing of the batch is committed. Whoever waits gets the reason; the lane goes on.
                var reason = e is PostgresException postgres && SqlFaults.IsConflict(postgres) ? HubErrors.Of(ErrorReason.StoreUnavailable) : e;
                batch.ForEach(pending => pending.Done.TrySetException(reason));
            }

            foreach (var pending in batch)
            {
                _choice.Leave(pending.Frame.Caller.Node);
                pending.Room.Dispose();
            }

            batch.Clear();
        }
    }

    private void Gather(ChannelReader<Pending> lane, List<Pending> batch)
    {
        var changes = 0;
        while (changes < options.Value.MaxBatchChanges && lane.TryRead(out var pending))
        {
            batch.Add(pending);
            changes += pending.Frame.Changes.Count;
            if (pending.Frame.EndsBatch)
            {
                return;
            }
        }
    }

    private async Task CommitAsync(List<Pending> batch)
    {
        try
        {
            await CompleteAsync(batch, await WriteAsync(batch, isCareful: false));
        }
        catch (Exception e) when (e is ReplayOvertakenException || (e is PostgresException postgres && SqlFaults.IsData(postgres)))
        {
            // It is the fault of one of the frames: each on its own, so that the others do not suffer.
            foreach (var pending in batch)
            {
                await CommitAloneAsync(pending);
            }
        }
    }

    private async Task CommitAloneAsync(Pending pending)
    {
        try
        {
            await CompleteAsync([pending], await WriteAsync([pending], isCareful: true));
        }
        catch (Exception e) when (e is NpgsqlException or ReplayOvertakenException)
        {
            // Later frames of the stream find the watermark where it was and are refused.
            pending.Done.TrySetException(e);
        }
    }

    private async Task<List<FrameOutcome>> WriteAsync(List<Pending> batch, bool isCareful)
    {
        var frames = batch.ConvertAll(pending => pending.Frame);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await batches.WriteAsync(frames, isCareful, CancellationToken.None);
            }
            catch (PostgresException e) when (attempt < MaxAttempts && SqlFaults.IsConflict(e))
            {
                // Another hub or lane wrote the same key first; what it wrote is visible now.
                Log.Retried(logger, frames.Count, e.SqlState);
            }
        }
    }

    private async Task CompleteAsync(List<Pending> batch, List<FrameOutcome> outcomes)
    {
        // Before anybody hears of the commit: what follows divisions is judged by them.
        if (batch.Exists(pending => pending.Frame.Type.Message == Division.Descriptor))
        {
            await divisions.RefreshAsync(CancellationToken.None);
        }

        for (var i = 0; i < batch.Count; i++)
        {
            if (outcomes[i].Refusal is { } refusal)
            {
                batch[i].Done.TrySetException(refusal);
            }
            else
            {
                var frame = batch[i].Frame;
                metrics.Committed(frame.Caller.Node, frame.Type.Id, outcomes[i].Result.Counts);
                batch[i].Done.TrySetResult(outcomes[i].Result);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "A batch of {Frames} frames is written again after {SqlState}")]
        public static partial void Retried(ILogger logger, int frames, string sqlState);
    }
}
