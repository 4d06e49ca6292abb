using HubExchange.Server.Changes;
using HubExchange.Server.Reconciliation;
using HubExchange.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace HubExchange.Server.Tests.Reconciliation;

/// <summary>Digests in memory are those of the tables, whatever becomes of the feed they follow.</summary>
public sealed class LiveSetsTests(SharedCluster cluster)
{
    private static readonly string[] Settings =
    [
        "--Reconciliation:RunOnDifference=false",
        "--Reconciliation:HeartbeatSeconds=86400",
        "--Feed:PartitionEntries=10",
        "--Feed:EntriesAhead=1000",
        "--Feed:MaxEntries=20",
        "--Feed:RetentionPeriod=01:00:00",
    ];

    [Theory]
    [InlineData("nothing", 0)]
    [InlineData("nothing", 20_000)]
    [InlineData("partitions dropped", 0)]
    [InlineData("partitions dropped", 20_000)]
    [InlineData("entries removed by hand", 0)]
    public async Task Digest_IsThatOfTheTable_ThoughTheFeedIsGone(string loss, int recent)
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, [.. Settings, $"--Feed:RecentEntries={recent}"]);
        await using var county = await AttendedCounty.StartAsync(hub, 40);
        await county.WelcomedAsync();
        await AssertSameAsync(hub, county);
        foreach (var key in county.Keys.ToList())
        {
            county.Change(Make.Organization(key, "更名企业"));
        }

        await PushAsync(county, county.Keys);
        if (loss == "partitions dropped")
        {
            Assert.True(await hub.Services.GetRequiredService<FeedRetention>().RunOnceAsync(TestContext.Current.CancellationToken) > 0);
        }
        else if (loss == "entries removed by hand")
        {
            await county.ExecuteAsync("delete from hub.change where position between 60 and 65");
        }

        await PushAsync(county, [county.AnyKey]);

        await AssertSameAsync(hub, county);
        county.Change(Make.Organization(county.AnyKey, "再次更名"));
        await PushAsync(county, [county.AnyKey]);
        await AssertSameAsync(hub, county);
    }

    [Fact]
    public async Task BetweenHeartbeats_DigestsFollowTheFeed()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, [.. Settings, "--Reconciliation:FollowSeconds=1"]);
        await using var county = await AttendedCounty.StartAsync(hub, 40);
        await county.WelcomedAsync();
        var sets = hub.Services.GetRequiredService<LiveSets>();
        await Eventually.HoldsAsync(() => sets.Rebuilt == 1, "the first heartbeat has come");
        await PushAsync(county, county.Keys);
        county.Change(Make.Organization(county.AnyKey, "更名企业"));
        await PushAsync(county, [county.AnyKey]);
        var end = await county.ReadAsync<long>("select position from hub.feed");

        await Eventually.HoldsAsync(() => sets.Position >= end, "the digests have followed");

        await AssertSameAsync(hub, county);
        Assert.Equal(1, sets.Rebuilt);
    }

    [Fact]
    public async Task OwnCommits_AreFollowedWithoutTheDatabase_AndThoseOfAnotherHubWithIt()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, Settings);
        await using var county = await AttendedCounty.StartAsync(hub, 40);
        await county.WelcomedAsync();
        var sets = hub.Services.GetRequiredService<LiveSets>();
        await AssertSameAsync(hub, county);
        await AssertTakenAsync(county.Keys.Count);

        // As another hub does: entries that this one has not committed lie between two of its own.
        await county.ExecuteAsync(
            """
            insert into hub.change (position, type, key, source, revision, operation, consolidated, recorded_at, commit_position)
            select position + 1, 'enterprise.organization', 'elsewhere', 'ND-420222', 1, 'D', false, now(), position + 1 from hub.feed;
            update hub.feed set position = position + 1
            """);
        await AssertTakenAsync(0);
        await AssertTakenAsync(county.Keys.Count);

        async Task AssertTakenAsync(int expected)
        {
            var before = sets.Taken;
            if (expected == 0)
            {
                await AssertSameAsync(hub, county);
            }
            else
            {
                foreach (var key in county.Keys.ToList())
                {
                    county.Change(Make.Organization(key, $"更名企业{before}"));
                }

                await PushAsync(county, county.Keys);
                await AssertSameAsync(hub, county);
            }

            Assert.Equal(expected, sets.Taken - before);
        }
    }

    private static async Task PushAsync(AttendedCounty county, IEnumerable<string> keys) => await
        county.Client.PushAsync(county.Node, keys.Select(county.Get).ToAsyncEnumerable(), county.Options);

    private static async Task AssertSameAsync(TestHub hub, AttendedCounty county)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var live = await hub.Services.GetRequiredService<LiveSets>().DigestAsync(county.Node, "sdk", AttendedCounty.Type, cancellation);
        var read = await hub.Services.GetRequiredService<HeldReader>().ReadAsync(county.Node, "sdk", AttendedCounty.Type, false, cancellation);
        Assert.Equal((read.Sequence, read.Digest), live);
    }
}
