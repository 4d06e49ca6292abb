using System.Threading.Channels;
using Grpc.Core;
using HubExchange.V1;

namespace HubExchange.Client.Tests.Push;

/// <summary>A hub in memory that commits frames, and breaks connections where a test wants it to.</summary>
internal sealed class FakeHub : CallInvoker
{
    private long _expected = 1;

    /// <summary>Every frame that arrived, with resent ones.</summary>
    public List<PushFrame> Received { get; } = [];

    /// <summary>Every frame that was committed, once each.</summary>
    public List<PushFrame> Committed { get; } = [];

    public int Connections { get; private set; }

    public PushWelcome Limits { get; init; } = new() { Credits = 2, MaxChanges = 10, MaxFrameBytes = 100_000 };

    /// <summary>What happens to a frame; asked once per frame received.</summary>
    public Func<PushFrame, int, Fate> FateOf { get; init; } = (_, _) => Fate.Acknowledge;

    public Func<PushFrame, RejectedChange[]> Reject { get; init; } = _ => [];

    public PushService.PushServiceClient Client => new(this);

    public void StartAt(long sequence) => _expected = sequence;

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        Connections++;
        var requests = Channel.CreateUnbounded<PushRequest>();
        var responses = Channel.CreateUnbounded<PushResponse>();
        _ = ServeAsync(requests.Reader, responses.Writer);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            (IClientStreamWriter<TRequest>)(object)new Writer(requests.Writer),
            (IAsyncStreamReader<TResponse>)(object)new Reader(responses.Reader),
            Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    private async Task ServeAsync(ChannelReader<PushRequest> requests, ChannelWriter<PushResponse> responses)
    {
        await requests.ReadAsync();
        var welcome = Limits.Clone();
        welcome.NextSequence = _expected;
        responses.TryWrite(new PushResponse { Welcome = welcome });
        await foreach (var request in requests.ReadAllAsync())
        {
            var frame = request.Frame;
            Received.Add(frame);
            var fate = FateOf(frame, Received.Count);
            if (fate != Fate.Lose && frame.Sequence == _expected)
            {
                _expected++;
                Committed.Add(frame);
            }

            if (fate != Fate.Acknowledge)
            {
                responses.TryComplete(new RpcException(new Status(StatusCode.Unavailable, "broken")));
                return;
            }

            var rejected = Reject(frame);
            responses.TryWrite(new PushResponse
            {
                Ack = new PushAck
                {
                    ThroughSequence = frame.Sequence,
                    Credits = Limits.Credits,
                    Counts = new PushCounts { Stored = frame.Changes.Count - rejected.Length, Quarantined = rejected.Length },
                    Rejected = { rejected },
                },
            });
        }

        responses.TryComplete();
    }

    private sealed class Writer(ChannelWriter<PushRequest> requests) : IClientStreamWriter<PushRequest>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task CompleteAsync()
        {
            requests.TryComplete();
            return Task.CompletedTask;
        }

        public Task WriteAsync(PushRequest message) => requests.WriteAsync(message.Clone()).AsTask();

        public Task WriteAsync(PushRequest message, CancellationToken cancellationToken) =>
            requests.WriteAsync(message.Clone(), cancellationToken).AsTask();
    }

    private sealed class Reader(ChannelReader<PushResponse> responses) : IAsyncStreamReader<PushResponse>
    {
        public PushResponse Current { get; private set; } = new();

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!await responses.WaitToReadAsync(cancellationToken))
            {
                return false;
            }

            Current = await responses.ReadAsync(cancellationToken);
            return true;
        }
    }
}

/// <summary>What becomes of a frame.</summary>
internal enum Fate
{
    /// <summary>Committed and acknowledged.</summary>
    Acknowledge,

    /// <summary>Committed, but the connection breaks before the acknowledgement.</summary>
    CommitAndBreak,

    /// <summary>The connection breaks before the commit.</summary>
    Lose,
}
