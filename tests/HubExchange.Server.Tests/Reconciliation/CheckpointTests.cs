using HubExchange.Server.Reconciliation;
using HubExchange.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace HubExchange.Server.Tests.Reconciliation;

/// <summary>A restarted hub goes on from checkpoints of its digests, and only from whole ones of its own database.</summary>
public sealed class CheckpointTests(SharedCluster cluster)
{
    private static readonly string[] Settings = ["--Reconciliation:RunOnDifference=false", "--Reconciliation:HeartbeatSeconds=86400"];

    [Fact]
    public async Task RestartedHub_GoesOnFromTheCheckpoint_AndIsWhatTheTableIs()
    {
        var hub = await TestHub.StartAsync(cluster.Cluster, Settings);
        await using var county = await AttendedCounty.StartAsync(hub, 40);
        await county.WelcomedAsync();
        await AssertSameAsync(hub, county);
        Assert.Equal((0, 1), CountsOf(hub));
        await using var restarted = await hub.RestartAsync();
        var client = await restarted.NodeAsync(county.Node);
        var keys = county.Keys.Order(StringComparer.Ordinal).ToList();
        await client.PushAsync(county.Node, Make.Organization(keys[0], "更名企业"), Make.Organization());
        await client.DeleteAsync<HubExchange.Enterprise.V1.Organization>(county.Node, keys[1]);

        await AssertSameAsync(restarted, county);

        Assert.Equal((1, 0), CountsOf(restarted));
        await client.PushAsync(county.Node, Make.Organization(keys[2], "再次更名"));
        await AssertSameAsync(restarted, county);
    }

    [Theory]
    [InlineData("update hub.live_set set content = set_byte(content, 30, get_byte(content, 30) # 1)")]
    [InlineData("update hub.live_set set content = substring(content from 25)")]
    [InlineData("update hub.live_set set position = position - 1")]
    [InlineData("update hub.live_set set seal = decode(repeat('00', 32), 'hex')")]
    [InlineData("update hub.live_set set version = version + 1")]
    [InlineData("update hub.live_set set position = position + 1000")]
    [InlineData("update hub.change set recorded_at = recorded_at + interval '1 second'")]
    [InlineData("delete from hub.change where position = (select max(position) from hub.change)")]
    public async Task CheckpointThatIsDamagedOrOfAnotherFeed_IsNotTrusted(string damage)
    {
        var hub = await TestHub.StartAsync(cluster.Cluster, Settings);
        await using var county = await AttendedCounty.StartAsync(hub, 10);
        await county.WelcomedAsync();
        await AssertSameAsync(hub, county);
        await county.LeaveAsync();
        await Eventually.HoldsAsync(async () => await county.ReadAsync<long>("select count(*) from hub.live_set") == 1, "there is a checkpoint");
        Assert.True(await county.ExecuteAsync(damage) > 0);
        await using var restarted = await hub.RestartAsync();

        await AssertSameAsync(restarted, county);

        Assert.Equal((0, 1), CountsOf(restarted));
    }

    [Fact]
    public async Task SourceThatComesBack_IsNotReadAnew_AndAnUnchangedCheckpointMovesOn()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, [.. Settings, "--Reconciliation:CheckpointSeconds=1"]);
        await using var county = await AttendedCounty.StartAsync(hub, 10);
        await county.WelcomedAsync();
        await AssertSameAsync(hub, county);
        var position = await SavedAsync(county, 0);
        await (await hub.NodeAsync(TestHub.Daye)).PushAsync(TestHub.Daye, Make.Organization());
        await AssertSameAsync(hub, county);
        Assert.True(await SavedAsync(county, position) > position);
        await county.LeaveAsync();
        var sets = hub.Services.GetRequiredService<LiveSets>();
        await sets.ForgetAsync(county.Node, AttendedCounty.Type.Id);

        await AssertSameAsync(hub, county);

        Assert.Equal((1, 1), CountsOf(hub));
    }

    private static async Task<long> SavedAsync(AttendedCounty county, long before)
    {
        await Eventually.HoldsAsync(
            async () => await county.ReadAsync<long>("select count(*) from hub.live_set where position > $1", before) == 1, "the checkpoint moves on");
        return await county.ReadAsync<long>("select position from hub.live_set");
    }

    private static (int Resumed, int Rebuilt) CountsOf(TestHub hub)
    {
        var sets = hub.Services.GetRequiredService<LiveSets>();
        return (sets.Resumed, sets.Rebuilt);
    }

    private static async Task AssertSameAsync(TestHub hub, AttendedCounty county)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var live = await hub.Services.GetRequiredService<LiveSets>().DigestAsync(county.Node, "sdk", AttendedCounty.Type, cancellation);
        var read = await hub.Services.GetRequiredService<HeldReader>().ReadAsync(county.Node, "sdk", AttendedCounty.Type, false, cancellation);
        Assert.Equal((read.Sequence, read.Digest), live);
    }
}
