using Dapper;
using HubExchange.Client;
using HubExchange.Server.Reconciliation;
using HubExchange.Server.Tests.Reconciliation;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace HubExchange.Server.Tests.Jobs;

/// <summary>The self-check finds what was done behind the hub's back to versions, to what is consolidated, and to what is kept of it.</summary>
public sealed class StoreCheckTests(SharedCluster cluster)
{
    private const string Job = "store-check";

    [Fact]
    public async Task VersionsThatTheFeedNames_AreMissed()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, JobRuns.Enabled, "--Jobs:StepRecords=10");
        var daye = await hub.NodeAsync(TestHub.Daye);
        var (kept, lost, forgotten) = (Make.Organization(), Make.Organization(), Make.Organization());
        await daye.PushAsync(TestHub.Daye, kept, lost, forgotten);
        forgotten.Name = "更名";
        await daye.PushAsync(TestHub.Daye, forgotten);
        await daye.DeleteAsync<HubExchange.Enterprise.V1.Organization>(TestHub.Daye, kept.Uscc);
        Assert.Empty(await RunAsync(hub));
        await ExecuteAsync(
            hub,
            """
            delete from enterprise.organization where hub_key = @Lost;
            delete from enterprise.organization_version where hub_key = @Forgotten;
            """,
            new { Lost = lost.Uscc, Forgotten = forgotten.Uscc });

        var found = await RunAsync(hub);

        Assert.All(found, finding => Assert.Equal(("store.lost", TestHub.Daye, TestHub.City), (finding.Rule, finding.Source, finding.Owner)));
        Assert.Equal([$"{TestHub.Daye}/1", $"{TestHub.Daye}/1"], found.Select(finding => finding.Expected));
        Assert.Equal(
            new[] { lost.Uscc, forgotten.Uscc }.Order(),
            found.Select(finding => new[] { lost.Uscc, forgotten.Uscc }.Single(key => finding.Zh.Contains(key, StringComparison.Ordinal))).Order());
    }

    [Fact]
    public async Task ConsolidatedRecords_AreMadeAgain()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, JobRuns.Enabled);
        var (daye, zone) = (await hub.NodeAsync(TestHub.Daye), await hub.NodeAsync(TestHub.Zone, NodeKind.Zone));
        var organizations = Enumerable.Range(0, 4).Select(number => Make.Organization(name: $"甲 {number}")).ToList();
        await daye.PushAsync(TestHub.Daye, organizations);
        organizations.ForEach(organization => organization.Name = "乙");
        await zone.PushAsync(TestHub.Zone, organizations);

        // One is left to a single source again.
        await zone.DeleteAsync<HubExchange.Enterprise.V1.Organization>(TestHub.Zone, organizations[3].Uscc);
        Assert.Empty(await RunAsync(hub));

        await ExecuteAsync(
            hub,
            """
            update enterprise.organization set hub_consolidated = false where hub_key = @First and hub_source = 'HUB';
            update enterprise.organization h
            set name = s.name, hub_payload = s.hub_payload, hub_hash = s.hub_hash
            from enterprise.organization s
            where h.hub_key = @Second and h.hub_source = 'HUB' and s.hub_key = @Second and s.hub_source <> 'HUB' and s.name <> h.name;
            """,
            new { First = organizations[0].Uscc, Second = organizations[1].Uscc });

        var found = await RunAsync(hub);

        Assert.Equal(
            new[] { (organizations[0].Uscc, "store.consolidated"), (organizations[1].Uscc, "store.merged") }.Order(),
            found.Select(finding => (finding.Key, finding.Rule)).Order());
    }

    [Fact]
    public async Task DigestsAndCheckpoints_AreHeldAgainstTheTables_AndLetGoOf()
    {
        var hub = await TestHub.StartAsync(cluster.Cluster, JobRuns.Enabled, "--Reconciliation:HeartbeatSeconds=1");
        await using var county = await AttendedCounty.StartAsync(hub, 30);
        await county.WelcomedAsync();
        await Eventually.HoldsAsync(() => hub.Services.GetRequiredService<LiveSets>().Rebuilt == 1, "a digest is kept");
        Assert.Empty(await RunAsync(hub));
        var mended = county.NextAsync(ReconciliationState.Mended);
        await ExecuteAsync(hub, "delete from enterprise.organization where hub_key = @AnyKey", new { county.AnyKey });

        // The digest in memory does not see it, the self-check does, and from then on the heartbeats.
        var found = await RunAsync(hub);

        var digest = Assert.Single(found, finding => finding.Rule == "store.digest");
        Assert.Equal((county.Node, "30 条 records", "29 条 records"), (digest.Source, digest.Observed, digest.Expected));
        Assert.Equal(1, (await mended).Missing);
        Assert.Equal(county.Own(), await county.ShownAsync());
        Assert.DoesNotContain(await RunAsync(hub), finding => finding.Rule == "store.digest");

        // A checkpoint that nobody has gone on from yet.
        await county.LeaveAsync();
        await using var restarted = await hub.RestartAsync();
        await ExecuteAsync(restarted, "delete from enterprise.organization where hub_key = @AnyKey", new { county.AnyKey });
        Assert.Single(await RunAsync(restarted), finding => finding.Rule == "store.digest");
        await using var connection = await restarted.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        Assert.Equal(0, await connection.ExecuteScalarAsync<int>("select count(*) from hub.live_set"));
    }

    [Fact]
    public async Task CountsByPlace_AreHeldAgainstARecount()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, JobRuns.Enabled);
        var city = await hub.CityAsync();
        await city.PushPlacesAsync();
        var (bureau, daye) = (await hub.PersonAsync("bureau"), await hub.NodeAsync(TestHub.Daye));
        await daye.PushAsync(TestHub.Daye, Enumerable.Range(0, 5).Select(_ => Make.Organization()));
        await bureau.AggregateAsync(new AggregateRecordsRequest { Type = "enterprise.organization", Groups = { "@unit" } });
        var rules = (await RunAsync(hub)).Select(finding => finding.Rule).ToList();
        Assert.DoesNotContain("store.counts", rules);
        await ExecuteAsync(
            hub,
            "delete from enterprise.organization where hub_key = (select max(hub_key) from enterprise.organization)",
            null);

        Assert.Single(await RunAsync(hub), finding => finding.Rule == "store.counts" && finding.Type == "enterprise.organization");
        Assert.DoesNotContain(await RunAsync(hub), finding => finding.Rule == "store.counts");
    }

    private static async Task<List<Finding>> RunAsync(TestHub hub)
    {
        var bureau = await hub.PersonAsync("bureau");
        var run = await bureau.RunToEndAsync(Job);
        Assert.Equal((JobRunState.Succeeded, ""), (run.State, run.Problem));
        return await bureau.ListFindingsAsync().ToListAsync();
    }

    private static async Task ExecuteAsync(TestHub hub, string sql, object? parameters)
    {
        await using var connection = await hub.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        Assert.True(await connection.ExecuteAsync(sql, parameters) > 0);
    }
}
