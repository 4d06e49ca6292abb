using System.Globalization;
using System.Threading.Channels;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Faults;
using HubExchange.Server.Identity;
using HubExchange.Server.Signals;
using HubExchange.V1;

namespace HubExchange.Server.Ingestion;

/// <summary>
/// One push connection after its hello. Frames are read and checked while earlier ones are being committed, as many as there are
/// credits; then reading pauses, HTTP/2 flow control holds the sender back, and memory stays bounded. Acks are cumulative and follow
/// the commits.
/// </summary>
internal sealed partial class PushStream(
    Caller caller,
    StreamPosition opened,
    EntityTypes types,
    ChangeReader reader,
    FrameWriter writer,
    StreamStore streams,
    SourceLimits sources,
    HubMetrics metrics,
    DivisionRegister divisions,
    IngestionOptions limits,
    ILogger<PushStream> logger)
{
    /// <summary>What a stream may send before its first ack, so that many that connect at once do not flood the hub.</summary>
    private const int FirstCredits = 2;

    private readonly Channel<Outstanding> _outstanding = Channel.CreateBounded<Outstanding>(limits.Credits);
    private long _sequence = opened.Sequence;
    private Task _last = Task.CompletedTask;

    // While frames wait for room, more of them would only fill the hub's memory; the senders keep them.
    private int Credits => writer.IsCrowded ? 1 : limits.Credits;

    /// <summary>A frame on its way; without a commit when it was committed before.</summary>
    private sealed record Outstanding(long Sequence, Task<FrameResult>? Commit);

    public PushResponse Welcome(PushHello hello)
    {
        var welcome = new PushWelcome
        {
            NextSequence = _sequence + 1,
            Credits = Math.Min(FirstCredits, Credits),
            MaxChanges = limits.MaxChanges,
            MaxFrameBytes = limits.MaxFrameBytes,
            Epoch = opened.Epoch,
        };
        welcome.UnknownTypes.Add(hello.Types_.Where(type => types.Find(type) is null));
        return new PushResponse { Welcome = welcome };
    }

    /// <param name="requests">Frames.</param>
    /// <param name="responses">Takes acks.</param>
    /// <param name="reading">Stops reading; what was read is still committed and acknowledged.</param>
    /// <param name="call">The call itself.</param>
    public async Task RunAsync(
        IAsyncStreamReader<PushRequest> requests,
        IServerStreamWriter<PushResponse> responses,
        CancellationToken reading,
        CancellationToken call)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(reading);
        var acknowledging = AcknowledgeAsync(responses, failed, call);
        try
        {
            await ReadAsync(requests, failed.Token);
        }
        finally
        {
            // A commit that failed is the reason for everything that failed after it, so it is the one that is thrown.
            _outstanding.Writer.Complete();
            await acknowledging;
        }
    }

    private async Task ReadAsync(IAsyncStreamReader<PushRequest> requests, CancellationToken cancellationToken)
    {
        using var reading = new IdleReading(requests, limits.StreamIdleTimeout, opened, cancellationToken);
        while (await reading.MoveNextAsync())
        {
            var frame = requests.Current.Frame
                ?? throw PushRules.Invalid("hello 之后只能发送 frame", "only frames may follow the hello");
            var size = frame.CalculateSize();
            await _outstanding.Writer.WriteAsync(
                new Outstanding(Math.Max(_sequence, frame.Sequence), await TakeAsync(frame, size, cancellationToken)), cancellationToken);

            // After it is taken, so that whatever ends the waiting leaves nothing behind that was read.
            await sources.WaitAsync(opened.Source, frame.Changes.Count, size, cancellationToken);
        }
    }

    private async Task AcknowledgeAsync(
        IServerStreamWriter<PushResponse> responses, CancellationTokenSource failed, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var first in _outstanding.Reader.ReadAllAsync(cancellationToken))
            {
                var ack = new PushAck { Credits = Credits, Counts = new PushCounts() };
                await AddAsync(ack, first);
                while (_outstanding.Reader.TryPeek(out var next) && next.Commit is null or { IsCompletedSuccessfully: true })
                {
                    await AddAsync(ack, await _outstanding.Reader.ReadAsync(cancellationToken));
                }

                await FailPoints.HitAsync(FailPoint.BeforeAck);
                await responses.WriteAsync(new PushResponse { Ack = ack }, cancellationToken);
                await FailPoints.HitAsync(FailPoint.AfterAck);
            }
        }
        catch
        {
            await failed.CancelAsync();
            throw;
        }
    }

    private static async Task AddAsync(PushAck ack, Outstanding outstanding)
    {
        ack.ThroughSequence = outstanding.Sequence;
        if (outstanding.Commit is null)
        {
            return;
        }

        var result = await outstanding.Commit;
        ack.Counts.Add(result.Counts);
        ack.Rejected.Add(result.Rejected);
        ack.Snapshots.Add(result.Snapshots);
    }

    private async Task<Task<FrameResult>?> TakeAsync(PushFrame frame, int size, CancellationToken cancellationToken)
    {
        if (frame.Sequence > _sequence + 1)
        {
            throw HubErrors.Of(
                ErrorReason.SequenceGap,
                ("source", opened.Source),
                ("stream", opened.Stream),
                ("expected", (_sequence + 1).ToString(CultureInfo.InvariantCulture)),
                ("received", frame.Sequence.ToString(CultureInfo.InvariantCulture)));
        }

        if (frame.Sequence <= _sequence)
        {
            await EnsureSameAsync(frame, cancellationToken);
            return null;
        }

        var type = CheckFrame(frame, size);
        await divisions.RefreshIfOldAsync(cancellationToken);
        await FailPoints.HitAsync(FailPoint.FrameRead);
        var commit = await writer.EnqueueAsync(
            frame.Changes.Count,
            () => new FrameWrite(type, caller, opened, frame.Sequence, FrameDigest.Of(frame), reader.Read(type, frame.Changes)) { Mark = frame.Snapshot },
            cancellationToken);
        _sequence = frame.Sequence;
        _last = commit;
        return commit;
    }

    private EntityType CheckFrame(PushFrame frame, int size)
    {
        var type = types.Demand(frame.Type);
        PushRules.EnsureWritable(type, caller);
        PushRules.EnsureMark(frame.Snapshot);
        PushRules.EnsureSize(frame.Changes.Count, size, limits, mayBeEmpty: frame.Snapshot != SnapshotMark.Unspecified);
        return type;
    }

    // A sequence below 1, or one whose digest is no longer kept, cannot be told from a replay: it was acknowledged before.
    private async Task EnsureSameAsync(PushFrame frame, CancellationToken cancellationToken)
    {
        // What it repeats may still be on its way; when that fails the acknowledging side tells.
        await _last.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var committed = await streams.DigestAsync(opened, frame.Sequence, cancellationToken);
        var received = FrameDigest.Of(frame);
        if (committed is not null && !committed.AsSpan().SequenceEqual(received))
        {
            Log.Fork(logger, opened.Source, opened.Stream, frame.Sequence);
            await streams.AddForkAsync(opened, frame.Sequence, frame.Type, committed, received, cancellationToken);
            metrics.Forked(opened.Source);
            throw HubErrors.Of(
                ErrorReason.SequenceFork,
                ("source", opened.Source),
                ("stream", opened.Stream),
                ("sequence", frame.Sequence.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private static partial class Log
    {
        // Either the source lost data it had pushed, or two programs write one stream: somebody has to look.
        [LoggerMessage(EventId = 3001, EventName = "SequenceFork", Level = LogLevel.Error,
            Message = "Fork: stream {Stream} of {Source} sent another content under the committed sequence {Sequence}")]
        public static partial void Fork(ILogger logger, string source, string stream, long sequence);
    }
}
