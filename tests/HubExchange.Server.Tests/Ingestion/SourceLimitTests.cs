using System.Globalization;
using Google.Rpc;
using Grpc.Core;
using HubExchange.Client;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Tests.Hosting;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Ingestion;

/// <summary>What one source may take of the hub: streams are slowed down, calls are refused, others do not notice.</summary>
public sealed class SourceLimitTests(SharedCluster cluster)
{
    private const string Type = "enterprise.organization";

    [Fact]
    public async Task Stream_OverItsRate_IsSlowedDown_AndNothingIsRefused()
    {
        await using var hub = await TestHub.StartAsync(
            cluster.Cluster, "--Ingestion:Sources:ND-420281:RecordsPerSecond=100", "--Ingestion:BurstSeconds=1");
        var daye = await hub.NodeAsync(TestHub.Daye);
        var began = TimeProvider.System.GetTimestamp();

        var result = await daye.PushAsync(TestHub.Daye, Organizations(350), new Client.Push.PushOptions { BatchSize = 10 });

        // A hundred at once, then a hundred a second; the wait for the last frame is nobody's.
        Assert.Equal((350, 0), (result.Counts.Stored, result.Reconnects));
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 2.2, 60);
        var scrape = await Scrape.OfAsync(hub);
        Assert.InRange(scrape["hub_quota_wait_seconds_total{limit=\"records\",source=\"ND-420281\"}"], 1.5, 60);
        Assert.Equal(0, scrape["hub_quota_rejected_total{limit=\"records\",source=\"ND-420281\"}"]);
    }

    [Theory]
    [InlineData("RecordsPerSecond=100", 100, "records")]
    [InlineData("BytesPerSecond=10000", 80, "bytes")]
    public async Task UnaryPush_OverTheRate_IsRefused_AndWelcomeLater(string setting, int records, string limit)
    {
        await using var hub = await TestHub.StartAsync(
            cluster.Cluster, $"--Ingestion:Sources:ND-420281:{setting}", "--Ingestion:BurstSeconds=1");
        var daye = await hub.NodeAsync(TestHub.Daye);
        var zone = await hub.NodeAsync(TestHub.Zone, NodeKind.Zone);
        await daye.PushAsync(TestHub.Daye, Enumerable.Range(0, records).Select(_ => Make.Organization()));

        var refused = await Assert.ThrowsAsync<HubException>(
            () => daye.PushAsync(TestHub.Daye, Enumerable.Range(0, records).Select(_ => Make.Organization())));

        Assert.Equal((StatusCode.ResourceExhausted, ErrorReason.RateLimited, true), (refused.StatusCode, refused.Reason, refused.IsTransient));
        Assert.InRange(refused.RetryDelay!.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(5));
        Assert.Equal(setting.Split('=')[1], refused.Metadata[limit]);
        Assert.Equal(1, (await Scrape.OfAsync(hub))[$"hub_quota_rejected_total{{limit=\"{limit}\",source=\"ND-420281\"}}"]);

        // The others have limits of their own.
        await zone.PushAsync(TestHub.Zone, Enumerable.Range(0, 500).Select(_ => Make.Organization()));

        var organization = Make.Organization();
        await Eventually.HoldsAsync(() => IsTakenAsync(daye, organization), "it is welcome again", refused.RetryDelay.Value + TimeSpan.FromSeconds(5));
    }

    private static async Task<bool> IsTakenAsync(HubClient client, Organization organization)
    {
        try
        {
            return (await client.PushAsync(TestHub.Daye, organization)).Counts.Stored == 1;
        }
        catch (HubException exception) when (exception.Reason == ErrorReason.RateLimited)
        {
            return false;
        }
    }

    [Fact]
    public async Task NoisySource_DoesNotSlowOthers()
    {
        await using var hub = await TestHub.StartAsync(
            cluster.Cluster, "--Ingestion:Sources:ND-DYH:RecordsPerSecond=10", "--Ingestion:BurstSeconds=1");
        var daye = await hub.NodeAsync(TestHub.Daye);
        var noisy = await hub.NodeAsync(TestHub.Zone, NodeKind.Zone);
        using var enough = new CancellationTokenSource();
        var noise = Enumerable.Range(0, 5)
            .Select(number => noisy.PushAsync(
                TestHub.Zone,
                Organizations(1_000),
                new Client.Push.PushOptions { Stream = string.Create(CultureInfo.InvariantCulture, $"noise-{number}"), BatchSize = 10 },
                cancellationToken: enough.Token))
            .ToList();
        await Scrape.UntilAsync(hub, scrape => scrape["hub_streams{source=\"ND-DYH\"}"] == 5, "five noisy streams");
        var began = TimeProvider.System.GetTimestamp();

        var result = await daye.PushAsync(TestHub.Daye, Organizations(5_000));

        // The noise would go on for minutes.
        Assert.Equal(5_000, result.Counts.Stored);
        Assert.All(noise, push => Assert.False(push.IsCompleted));
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 60);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(noise));
    }

    [Fact]
    public async Task HeldBackStream_EndsAtOnce_WhenItIsFencedOrTheHubStops_WithEverythingReadAcknowledged()
    {
        await using var hub = await TestHub.StartAsync(
            cluster.Cluster, "--Ingestion:Sources:ND-420281:RecordsPerSecond=10", "--Ingestion:BurstSeconds=1");
        var identity = await hub.IdentityOfAsync(TestHub.Daye);
        var (first, _) = await RawPush.OpenAsync(hub, identity, "held");
        await using var ___ = first;
        await first.SendAsync(1, Type, Enumerable.Range(0, 500).Select(_ => Make.Organization()));
        await first.SendAsync(2, Type, Enumerable.Range(0, 500).Select(_ => Make.Organization()));

        // One ack may speak for both.
        while ((await first.ReceiveAsync()).Ack.ThroughSequence < 2)
        {
        }

        var (second, welcome) = await RawPush.OpenAsync(hub, identity, "held");
        await using var ____ = second;
        Assert.Equal(ErrorReason.StreamFenced, Reasons.Of(await Assert.ThrowsAsync<RpcException>(first.ReceiveAsync)).Reason);
        Assert.Equal(3, welcome.NextSequence);

        await second.SendAsync(3, Type, Make.Organization());
        Assert.Equal(3, (await second.ReceiveAsync()).Ack.ThroughSequence);
        var ended = Assert.ThrowsAsync<RpcException>(second.ReceiveAsync);
        await hub.StopAsync();
        Assert.Equal(ErrorReason.HubStopping, Reasons.Of(await ended).Reason);
    }

    [Fact]
    public async Task Streams_OfASource_AreLimited_AndThoseOfOthersAreNotCounted()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Ingestion:StreamsPerSource=2", "--Ingestion:Sources:ND-DYH:Streams=1");
        var daye = await hub.IdentityOfAsync(TestHub.Daye);
        var (one, _) = await RawPush.OpenAsync(hub, daye, "one");
        var (two, _) = await RawPush.OpenAsync(hub, daye, "two");

        await RefusedAsync(hub, daye, "three", "2");
        var (again, _) = await RawPush.OpenAsync(hub, daye, "two");
        var (other, _) = await RawPush.OpenAsync(hub, await hub.IdentityOfAsync(TestHub.Zone, NodeKind.Zone), "one");
        await RefusedAsync(hub, await hub.IdentityOfAsync(TestHub.Zone), "two", "1");
        Assert.Equal(1, (await Scrape.OfAsync(hub))["hub_quota_rejected_total{limit=\"streams\",source=\"ND-420281\"}"]);

        await one.CompleteAsync();
        var (three, _) = await RawPush.OpenAsync(hub, daye, "three");
        await three.SendAsync(1, Type, Make.Organization());
        Assert.Equal(1, (await three.ReceiveAsync()).Ack.ThroughSequence);
        foreach (var push in (RawPush[])[one, two, again, other, three])
        {
            await push.DisposeAsync();
        }
    }

    [Fact]
    public async Task FrameOverTheBytesOfItsSource_IsTakenAllTheSame()
    {
        // A bucket smaller than a frame: the frame costs all of it instead of waiting for ever.
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Ingestion:BytesPerSecond=100", "--Ingestion:BurstSeconds=1");
        var (push, _) = await RawPush.OpenAsync(hub, await EnrolledAsync(hub), "large");
        await using var _ = push;

        await push.SendAsync(1, Type, Enumerable.Range(0, 20).Select(_ => Make.Organization()));

        Assert.Equal(20, (await push.ReceiveAsync()).Ack.Counts.Stored);
    }

    [Theory]
    [InlineData("--Ingestion:RecordsPerSecond=1", "RecordsPerSecond")]
    [InlineData("--Ingestion:StreamsPerSource=0", "StreamsPerSource")]
    [InlineData("--Ingestion:StreamIdleTimeout=00:00:00", "StreamIdleTimeout")]
    [InlineData("--Ingestion:StreamIdleTimeout=1.00:00:01", "StreamIdleTimeout")]
    [InlineData("--Ingestion:Sources:ND-420281:BytesPerSecond=9", "ND-420281")]
    public async Task WrongSetting_StopsTheStart(string setting, string named)
    {
        var connection = await cluster.Cluster.CreateDatabaseAsync();

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => TestHub.StartAsync(connection, null, setting));

        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    private static async IAsyncEnumerable<Organization> Organizations(int count)
    {
        await Task.CompletedTask;
        for (var i = 0; i < count; i++)
        {
            yield return Make.Organization();
        }
    }

    private static Task<NodeIdentity> EnrolledAsync(TestHub hub) => hub.IdentityOfAsync(TestHub.Daye);

    private static async Task RefusedAsync(TestHub hub, NodeIdentity identity, string stream, string limit)
    {
        await using var push = RawPush.Connect(hub, identity);
        await push.SendAsync(new PushRequest { Hello = new PushHello { Source = identity.Node, Stream = stream } });
        var refused = await Assert.ThrowsAsync<RpcException>(push.ReceiveAsync);
        var (reason, metadata) = Reasons.Of(refused);
        Assert.Equal((StatusCode.ResourceExhausted, ErrorReason.StreamLimit, limit), (refused.StatusCode, reason, metadata["limit"]));
        Assert.NotNull(refused.GetRpcStatus()!.GetDetail<RetryInfo>());
    }
}
