using HubExchange.Client;
using HubExchange.Client.Watch;
using HubExchange.Region.V1;
using HubExchange.Server.Tests.Jobs;
using HubExchange.Server.Tests.Watch;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Query;

/// <summary>Records of statistical returns reach nobody but their source and the bureau, whichever way is taken (统计法 art. 28).</summary>
public sealed class StatisticalRecordsTests(SharedCluster cluster)
{
    private const string Type = "region.zone_statistic";
    private const string Secret = "97531.5";
    private const string Other = "ND-420222";

    [Fact]
    public async Task Reads_OfWhoeverGetsAggregatesOnly_FindNothing()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        await PushAsync(hub, TestHub.Zone, Secret);
        var key = Assert.Single(await (await hub.PersonAsync("bureau")).ListAsync(Type).ToListAsync()).Key;
        foreach (var caller in new[] { await hub.NodeAsync(Other), await hub.PersonAsync("county", Other) })
        {
            foreach (var source in new[] { "", "-", TestHub.Zone, "HUB" })
            {
                Assert.Empty(await caller.ListAsync(Type, new RecordQuery { Source = source, Filter = "value > 1" }).ToListAsync());
                await AssertNotFoundAsync(() => caller.ListHistoryAsync(Type, key, source).ToListAsync().AsTask());
                using var file = new MemoryStream();
                var status = await caller.ExportAsync(new ExportRecordsRequest { Type = Type, Source = source }, file);
                Assert.Equal(0, status.Rows);
            }

            await AssertNotFoundAsync(() => caller.GetAsync(Type, key));
            await AssertNotFoundAsync(() => caller.GetAsync(Type, key, TestHub.Zone));
            await AssertNotFoundAsync(() => caller.RaiseFindingAsync(new RaiseFindingRequest { Type = Type, Key = key, Field = "value", Reason = "存疑" }));
            Assert.Empty(await caller.ListHoldersAsync(Type, key).ToListAsync());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("value > 1")]
    public async Task Watch_OfWhoeverGetsAggregatesOnly_HearsNothing(string filter)
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        await PushAsync(hub, TestHub.Zone, Secret);
        var (zone, other) = (new Copy(), new Copy());
        var options = new WatchOptions { Types = [Type], Filter = filter, Start = WatchStart.State };

        await zone.FollowAsync(await hub.NodeAsync(TestHub.Zone, NodeKind.Zone), options, await Feed.LastAsync(hub), default);
        await other.FollowAsync(await hub.NodeAsync(Other), options, await Feed.LastAsync(hub), default);
        await PushAsync(hub, TestHub.Zone, "97532.5");
        await zone.FollowAsync(await hub.NodeAsync(TestHub.Zone, NodeKind.Zone), options, await Feed.LastAsync(hub), default);
        await other.FollowAsync(await hub.NodeAsync(Other), options, await Feed.LastAsync(hub), default);

        Assert.Single(zone.Content);
        Assert.Single(zone.Events);
        Assert.Empty(other.Content);
        Assert.Empty(other.Events);
    }

    [Fact]
    public async Task FindingsOfChecks_ShowNoFigure()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, JobRuns.Enabled);
        await (await hub.CityAsync()).PushCalendarsAsync();
        await PushAsync(hub, TestHub.Zone, Secret);
        await PushAsync(hub, "ND-HSGX", "86420.5");
        var bureau = await hub.PersonAsync("bureau");

        await bureau.RunToEndAsync("conflicts");

        var seen = 0;
        foreach (var caller in new[] { bureau, await hub.NodeAsync(TestHub.Zone, NodeKind.Zone), await hub.NodeAsync("ND-HSGX", NodeKind.Zone), await hub.NodeAsync(Other) })
        {
            var findings = await caller.ListFindingsAsync().ToListAsync();
            seen += findings.Count;
            Assert.DoesNotContain(Secret, string.Concat(findings), StringComparison.Ordinal);
            Assert.DoesNotContain("86420.5", string.Concat(findings), StringComparison.Ordinal);
        }

        Assert.NotEqual(0, seen);
        Assert.Empty(await (await hub.NodeAsync(Other)).ListFindingsAsync().ToListAsync());
    }

    private static async Task AssertNotFoundAsync(Func<Task> call) =>
        Assert.Equal(ErrorReason.RecordNotFound, (await Assert.ThrowsAsync<HubException>(call)).Reason);

    private static async Task PushAsync(TestHub hub, string source, string value)
    {
        var response = await (await hub.NodeAsync(source, NodeKind.Zone)).PushAsync(source, new ZoneStatistic
        {
            ZoneId = "420281-Z001",
            Period = "2021",
            StatCode = "营业收入",
            Value = value,
            Unit = "万元",
            Respondents = 5,
            Revision = StatisticRevision.Final,
            Frame = StatisticFrame.Zone,
        });
        Assert.Empty(response.Rejected);
    }
}
