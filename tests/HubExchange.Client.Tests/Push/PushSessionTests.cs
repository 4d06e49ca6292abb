using Google.Protobuf;
using Grpc.Core;
using HubExchange.Client.Push;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.V1;

namespace HubExchange.Client.Tests.Push;

public sealed class PushSessionTests
{
    private static readonly EntityType Organizations = CityEntityTypes.All.Of<Organization>();
    private static readonly PushOptions Quick = new() { MinDelay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero };
    private static readonly HubClientOptions Client = new() { Address = new Uri("https://localhost") };

    [Fact]
    public async Task Frames_KeepTheLimits_AndStartWhereTheHubStands()
    {
        var hub = new FakeHub();
        hub.StartAt(42);

        var result = await PushAsync(hub, 25);

        Assert.Equal([42L, 43L, 44L], hub.Committed.Select(frame => frame.Sequence));
        Assert.Equal([10, 10, 5], hub.Committed.Select(frame => frame.Changes.Count));
        Assert.Equal(25, result.Counts.Stored);
        Assert.Equal(44, result.LastSequence);
    }

    [Theory]
    [InlineData(Fate.CommitAndBreak)]
    [InlineData(Fate.Lose)]
    public async Task BrokenConnection_IsResumed_WithNothingLostOrTwice(object fate)
    {
        var hub = new FakeHub { FateOf = (_, count) => count % 3 == 2 ? (Fate)fate : Fate.Acknowledge };

        var result = await PushAsync(hub, 200);

        Assert.Equal(Enumerable.Range(1, 20).Select(sequence => (long)sequence), hub.Committed.Select(frame => frame.Sequence));
        Assert.Equal(
            Enumerable.Range(0, 200).Select(Key),
            hub.Committed.SelectMany(frame => frame.Changes).Select(change => Organization.Parser.ParseFrom(change.Record).Uscc));
        Assert.Equal(200, result.Counts.Stored + result.Unreported);
        Assert.Equal(hub.Connections - 1, result.Reconnects);
        Assert.True(result.Reconnects > 0);
    }

    [Fact]
    public async Task ResentFrames_AreTheSameByteForByte()
    {
        var hub = new FakeHub { FateOf = (_, count) => count == 2 ? Fate.Lose : Fate.Acknowledge };

        await PushAsync(hub, 40);

        Assert.All(
            hub.Received.GroupBy(frame => frame.Sequence),
            same => Assert.Single(same.Select(frame => frame.ToByteString()).Distinct()));
        Assert.True(hub.Received.Count > hub.Committed.Count);
    }

    [Fact]
    public async Task Rejections_LeadBackToTheRecord()
    {
        var hub = new FakeHub
        {
            Reject = frame => frame.Sequence == 2 ? [new RejectedChange { Sequence = 2, Index = 3, Key = "bad" }] : [],
        };

        var result = await PushAsync(hub, 25);

        Assert.Equal(13, Assert.Single(result.Rejected).Ordinal);
        Assert.Equal(1, result.Counts.Quarantined);
    }

    [Fact]
    public async Task FramesAreCut_BeforeTheyGrowTooLarge()
    {
        var hub = new FakeHub { Limits = new PushWelcome { Credits = 1, MaxChanges = 1000, MaxFrameBytes = 500 } };

        await PushAsync(hub, 100);

        Assert.All(hub.Committed, frame => Assert.True(frame.CalculateSize() <= 500));
        Assert.Equal(100, hub.Committed.Sum(frame => frame.Changes.Count));
    }

    [Fact]
    public async Task FirstConnectionThatFails_IsReportedAtOnce()
    {
        var hub = new BrokenHub();

        var exception = await Assert.ThrowsAsync<HubException>(() => OpenAsync(new PushService.PushServiceClient(hub)));

        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
        Assert.Equal(1, hub.Calls);
    }

    [Fact]
    public async Task UnknownType_EndsTheSession()
    {
        var hub = new FakeHub { Limits = new PushWelcome { Credits = 1, MaxChanges = 1, MaxFrameBytes = 500, UnknownTypes = { "a.b" } } };

        var exception = await Assert.ThrowsAsync<HubException>(() => OpenAsync(hub.Client));

        Assert.Equal(ErrorReason.TypeUnknown, exception.Reason);
    }

    [Fact]
    public void Spool_RefusesAHubThatWentBack()
    {
        var spool = new Spool();
        var hello = new PushHello { Stream = "s" };
        spool.Resume(hello, 5);
        spool.Add(new SpooledFrame(new PushFrame(), 0));
        spool.Acknowledge(5);

        Assert.Equal(ErrorReason.SequenceFork, Assert.Throws<HubException>(() => spool.Resume(hello, 5)).Reason);
        Assert.Equal(ErrorReason.StreamFenced, Assert.Throws<HubException>(() => spool.Resume(hello, 7)).Reason);
    }

    [Fact]
    public void Backoff_StaysInItsBounds_AndObeysTheHub()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(60), new Random(1));

        Assert.All(Enumerable.Range(0, 100), _ => Assert.InRange(backoff.Next(null).TotalSeconds, 0.5, 60));
        Assert.Equal(TimeSpan.FromSeconds(90), backoff.Next(TimeSpan.FromSeconds(90)));
    }

    private static async Task<PushResult> PushAsync(FakeHub hub, int count)
    {
        await using var session = await OpenAsync(hub.Client);
        for (var i = 0; i < count; i++)
        {
            await session.SendAsync(Organizations, new Organization { Uscc = Key(i) });
        }

        return await session.CompleteAsync();
    }

    private static Task<PushSession> OpenAsync(PushService.PushServiceClient client) => PushSession.OpenAsync(
        client, null, new PushHello { Source = "ND-420281", Stream = "test" }, Quick, Client, null, CancellationToken.None);

    private static string Key(int number) => $"KEY{number:00000}";

    private sealed class BrokenHub : CallInvoker
    {
        public int Calls { get; private set; }

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options)
        {
            Calls++;
            throw new RpcException(new Status(StatusCode.Unavailable, "down"));
        }

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();
    }
}
