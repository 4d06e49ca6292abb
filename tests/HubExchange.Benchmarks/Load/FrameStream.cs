using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using HubExchange.V1;

namespace HubExchange.Benchmarks.Load;

/// <summary>
/// A push stream that sends serialised frames as fast as its credits allow, or when they are due, and takes the time from each frame
/// to its ack. It does what any client must, and nothing more: no spool, no retries.
/// </summary>
internal sealed class FrameStream : IDisposable
{
    private static readonly Method<byte[], PushResponse> Method = new(
        MethodType.DuplexStreaming,
        PushService.Descriptor.FullName,
        "Push",
        Marshallers.Create<byte[]>(
            (bytes, context) => context.Complete(bytes), _ => throw new NotSupportedException("Requests are only sent.")),
        Marshallers.Create(response => response.ToByteArray(), PushResponse.Parser.ParseFrom));

    private readonly AsyncDuplexStreamingCall<byte[], PushResponse> _call;
    private readonly SemaphoreSlim _acked = new(0);
    private readonly int _inFlight;
    private long _allowed;
    private long _through;

    private FrameStream(AsyncDuplexStreamingCall<byte[], PushResponse> call, int inFlight)
    {
        _call = call;
        _inFlight = inFlight;
    }

    /// <summary>What became of the changes so far.</summary>
    public PushCounts Counts { get; } = new();

    /// <summary>Timestamp of the ack of each frame that was sent.</summary>
    public IReadOnlyList<long> AckedAt { get; private set; } = [];

    /// <summary>Opens a stream nobody has used before.</summary>
    /// <param name="channel">Connection to the hub.</param>
    /// <param name="source">Node that sends.</param>
    /// <param name="inFlight">Most unacknowledged frames, should the hub allow more.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public static async Task<FrameStream> OpenAsync(
        GrpcChannel channel, string source, int inFlight, CancellationToken cancellationToken)
    {
        var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(Method, null, new CallOptions(cancellationToken: cancellationToken));
        var stream = new FrameStream(call, inFlight);
        var hello = new PushHello { Source = source, Stream = $"bench-{Guid.NewGuid():N}", Types_ = { Frames.Type } };
        await call.RequestStream.WriteAsync(new PushRequest { Hello = hello }.ToByteArray(), cancellationToken);
        if (!await call.ResponseStream.MoveNext(cancellationToken) || call.ResponseStream.Current.Welcome is not { NextSequence: 1 } welcome)
        {
            throw new InvalidOperationException("The hub did not welcome a new stream.");
        }

        stream._allowed = Math.Min(welcome.Credits, inFlight);
        return stream;
    }

    /// <summary>Sends frames 1, 2 ... and returns once the last is acknowledged.</summary>
    /// <param name="frames">Serialised frames.</param>
    /// <param name="dueAt">Timestamp at which a frame is due; null sends as soon as credits allow.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>Milliseconds from sending (or from when it was due) to the ack, per frame.</returns>
    public async Task<double[]> SendAsync(
        IReadOnlyList<byte[]> frames, Func<int, long>? dueAt, CancellationToken cancellationToken)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sentAt = new long[frames.Count];
        var ackedAt = new long[frames.Count];
        AckedAt = ackedAt;
        await Task.WhenAll(
            OrCancel(ReadAsync(ackedAt, failed.Token), failed),
            OrCancel(WriteAsync(frames, dueAt, sentAt, failed.Token), failed));
        if (Counts.Quarantined > 0)
        {
            throw new InvalidOperationException($"The hub quarantined {Counts.Quarantined} records of the benchmark.");
        }

        return [.. sentAt.Zip(ackedAt, (sent, acked) => Stopwatch.GetElapsedTime(sent, acked).TotalMilliseconds)];
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _call.Dispose();
        _acked.Dispose();
    }

    private async Task WriteAsync(IReadOnlyList<byte[]> frames, Func<int, long>? dueAt, long[] sentAt, CancellationToken cancellationToken)
    {
        for (var i = 0; i < frames.Count; i++)
        {
            if (dueAt is not null)
            {
                await Pace.UntilAsync(dueAt(i), cancellationToken);
            }

            // A frame that waits for credits after it was due is late, and the clock shows it.
            sentAt[i] = dueAt?.Invoke(i) ?? 0;
            while (i + 1 > Interlocked.Read(ref _allowed))
            {
                await _acked.WaitAsync(cancellationToken);
            }

            if (dueAt is null)
            {
                sentAt[i] = Stopwatch.GetTimestamp();
            }

            await _call.RequestStream.WriteAsync(frames[i], cancellationToken);
        }
    }

    private async Task ReadAsync(long[] ackedAt, CancellationToken cancellationToken)
    {
        while (_through < ackedAt.Length)
        {
            if (!await _call.ResponseStream.MoveNext(cancellationToken))
            {
                throw new InvalidOperationException("The hub ended the stream before everything was acknowledged.");
            }

            var ack = _call.ResponseStream.Current.Ack;
            var now = Stopwatch.GetTimestamp();
            for (; _through < ack.ThroughSequence; _through++)
            {
                ackedAt[_through] = now;
            }

            Counts.Add(ack.Counts);
            Interlocked.Exchange(ref _allowed, ack.ThroughSequence + Math.Min(ack.Credits, _inFlight));
            _acked.Release();
        }
    }

    // When one side fails, the other must not wait for ever.
    private static async Task OrCancel(Task work, CancellationTokenSource other)
    {
        try
        {
            await work;
        }
        catch
        {
            await other.CancelAsync();
            throw;
        }
    }
}
