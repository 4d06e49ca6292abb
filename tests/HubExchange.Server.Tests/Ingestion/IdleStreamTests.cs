using Grpc.Core;
using HubExchange.Client.Push;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Tests.Hosting;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Ingestion;

/// <summary>Streams without frames are closed, and nobody minds.</summary>
public sealed class IdleStreamTests(SharedCluster cluster)
{
    private const string Type = "enterprise.organization";
    private const string Timeout = "--Ingestion:StreamIdleTimeout=00:00:01";
    private const string Streams = "hub_streams{source=\"ND-420281\"}";

    [Fact]
    public async Task StreamWithoutFrames_IsClosed_AfterEverythingIsAcknowledged()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, Timeout);
        var identity = await hub.IdentityOfAsync(TestHub.Daye);
        var (push, _) = await RawPush.OpenAsync(hub, identity, "idle");
        await using var __ = push;
        await push.SendAsync(1, Type, Make.Organization());
        await push.SendAsync(2, Type, Make.Organization());
        var through = 0L;
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
            {
                through = (await push.ReceiveAsync()).Ack.ThroughSequence;
            }
        });

        var (reason, metadata) = Reasons.Of(refused);
        Assert.Equal((StatusCode.Unavailable, ErrorReason.StreamIdle), (refused.StatusCode, reason));
        Assert.Equal((TestHub.Daye, "idle", "1"), (metadata["source"], metadata["stream"], metadata["seconds"]));
        Assert.Equal(2, through);
        Assert.Equal(0, (await Scrape.UntilAsync(hub, scrape => scrape[Streams] == 0, "no stream"))[Streams]);
        var (again, welcome) = await RawPush.OpenAsync(hub, identity, "idle");
        await using var ___ = again;
        Assert.Equal(3, welcome.NextSequence);
    }

    [Fact]
    public async Task StreamThatNeverSendsAFrame_IsClosed()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, Timeout);
        var (push, _) = await RawPush.OpenAsync(hub, await hub.IdentityOfAsync(TestHub.Daye), "silent");
        await using var __ = push;

        Assert.Equal(ErrorReason.StreamIdle, Reasons.Of(await Assert.ThrowsAsync<RpcException>(push.ReceiveAsync)).Reason);
    }

    [Fact]
    public async Task StreamThatIsHeldBackByItsRate_IsNotIdle()
    {
        // The second frame waits in the hub for three times the limit.
        await using var hub = await TestHub.StartAsync(
            cluster.Cluster, Timeout, "--Ingestion:Sources:ND-420281:RecordsPerSecond=10", "--Ingestion:BurstSeconds=3");
        var (push, _) = await RawPush.OpenAsync(hub, await hub.IdentityOfAsync(TestHub.Daye), "held");
        await using var __ = push;
        for (var sequence = 1; sequence <= 3; sequence++)
        {
            await push.SendAsync(sequence, Type, Enumerable.Range(0, 30).Select(_ => Make.Organization()));
        }

        while ((await push.ReceiveAsync()).Ack.ThroughSequence < 3)
        {
        }

        await push.CompleteAsync();
    }

    [Fact]
    public async Task Sdk_ConnectsAgainQuietly_WhenThereIsSomethingToSend()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, Timeout);
        var type = CityEntityTypes.All.Of<Organization>();
        var client = await hub.NodeAsync(TestHub.Daye);
        var reports = new Reports();
        await using var session = await client.OpenPushAsync(TestHub.Daye, [type], new PushOptions { BatchSize = 1 }, reports);
        await session.SendAsync(type, Make.Organization());
        await session.SendAsync(type, Make.Organization());
        await Eventually.HoldsAsync(() => session.Progress.Acknowledged == 1, "the first record is acknowledged");
        await Scrape.UntilAsync(hub, scrape => scrape[Streams] == 0, "the stream is closed");

        await session.SendAsync(type, Make.Organization());
        var result = await session.CompleteAsync();

        Assert.Equal((3, 3, 0), (result.Counts.Stored, result.LastSequence, result.Reconnects));
        Assert.All(reports.Interruptions, Assert.Null);
    }

    [Fact]
    public async Task Sdk_CompletesWithoutConnectingAgain_WhenNothingIsLeft()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, Timeout);
        var type = CityEntityTypes.All.Of<Organization>();
        var client = await hub.NodeAsync(TestHub.Daye);
        await using var session = await client.OpenPushAsync(TestHub.Daye, [type]);
        await Scrape.UntilAsync(hub, scrape => scrape[Streams] == 1, "the stream is open");
        await Scrape.UntilAsync(hub, scrape => scrape[Streams] == 0, "the stream is closed");

        var result = await session.CompleteAsync();

        Assert.Equal((0, 0), (result.Counts.Stored, result.Reconnects));
    }

    private sealed class Reports : IProgress<PushProgress>
    {
        public List<Exception?> Interruptions { get; } = [];

        public void Report(PushProgress value)
        {
            lock (Interruptions)
            {
                Interruptions.Add(value.Interruption);
            }
        }
    }
}
