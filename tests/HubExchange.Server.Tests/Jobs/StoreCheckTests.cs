using Dapper;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Reconciliation;
using HubExchange.Server.Tests.Reconciliation;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static HubExchange.Server.Tests.Jobs.JobRuns;

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
        await daye.DeleteAsync<Organization>(TestHub.Daye, kept.Uscc);
        Assert.Empty(await RunAsync(hub, Job));
        await ExecuteAsync(
            hub,
            """
            delete from enterprise.organization where hub_key = @Lost;
            delete from enterprise.organization_version where hub_key = @Forgotten;
            """,
            new { Lost = lost.Uscc, Forgotten = forgotten.Uscc });

        var found = await RunAsync(hub, Job);

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
        await zone.DeleteAsync<Organization>(TestHub.Zone, organizations[3].Uscc);
        Assert.Empty(await RunAsync(hub, Job));

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

        var found = await RunAsync(hub, Job);

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
        Assert.Empty(await RunAsync(hub, Job));
        var mended = county.NextAsync(ReconciliationState.Mended);
        await ExecuteAsync(hub, "delete from enterprise.organization where hub_key = @AnyKey", new { county.AnyKey });

        // The digest in memory does not see it, the self-check does, and from then on the heartbeats.
        var found = await RunAsync(hub, Job);

        var digest = Assert.Single(found, finding => finding.Rule == "store.digest");
        Assert.Equal((county.Node, "30 条 records", "29 条 records"), (digest.Source, digest.Observed, digest.Expected));
        Assert.Equal(1, (await mended).Missing);
        Assert.Equal(county.Own(), await county.ShownAsync());
        Assert.DoesNotContain(await RunAsync(hub, Job), finding => finding.Rule == "store.digest");

        // A checkpoint that nobody has gone on from yet.
        await county.LeaveAsync();
        await using var restarted = await hub.RestartAsync();
        await ExecuteAsync(restarted, "delete from enterprise.organization where hub_key = @AnyKey", new { county.AnyKey });
        Assert.Single(await RunAsync(restarted, Job), finding => finding.Rule == "store.digest");
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
        var rules = (await RunAsync(hub, Job)).Select(finding => finding.Rule).ToList();
        Assert.DoesNotContain("store.counts", rules);
        await ExecuteAsync(
            hub,
            "delete from enterprise.organization where hub_key = (select max(hub_key) from enterprise.organization)",
            null);

        Assert.Single(await RunAsync(hub, Job), finding => finding.Rule == "store.counts" && finding.Type == "enterprise.organization");
        Assert.DoesNotContain(await RunAsync(hub, Job), finding => finding.Rule == "store.counts");
    }

    private static async Task ExecuteAsync(TestHub hub, string sql, object? parameters)
    {
        await using var connection = await hub.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        Assert.True(await connection.ExecuteAsync(sql, parameters) > 0);
    }

    [Fact]
    public async Task StoreCheck_FindsRowsThatWereEditedBySql()
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();
        await using var hub = await TestHub.StartAsync(database, null, JobRuns.Enabled);
        await (await hub.CityAsync()).PushCalendarsAsync();
        var organization = Make.Organization();
        await (await hub.NodeAsync(TestHub.Daye)).PushAsync(TestHub.Daye, organization, Make.Organization());
        Assert.Empty(await RunAsync(hub, Job));
        await using var connection = new NpgsqlConnection(database);
        const string swap = "update enterprise.organization set hub_payload = set_byte(hub_payload, length(hub_payload) - 1, get_byte(hub_payload, length(hub_payload) - 1) # 1) where hub_key = @key";
        await connection.ExecuteAsync(swap, new { key = organization.Uscc });

        var finding = Assert.Single(await RunTwiceAsync(hub, Job, raised: 1));

        Assert.Equal(("store.hash", organization.Uscc, TestHub.City), (finding.Rule, finding.Key, finding.Owner));
        await connection.ExecuteAsync(swap, new { key = organization.Uscc });
        await MendedAsync(hub, Job, 1);
    }

    [Fact]
    public async Task StoreCheck_NamesColumnsThatDoNotSayWhatTheRecordSays()
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();
        await using var hub = await TestHub.StartAsync(database, null, JobRuns.Enabled, "--Jobs:StepRecords=10");
        await (await hub.CityAsync()).PushCalendarsAsync();
        var (daye, zone) = (await hub.NodeAsync(TestHub.Daye), await hub.NodeAsync(TestHub.Zone, NodeKind.Zone));
        var organizations = Enumerable.Range(0, 25).Select(_ => Make.Organization()).ToList();
        await daye.PushAsync(TestHub.Daye, organizations);
        await zone.PushAsync(TestHub.Zone, organizations.Take(3));
        foreach (var type in CityEntityTypes.All.All.Where(type => !type.Options.AuthorityOnly))
        {
            await daye.PushRecordsAsync(TestHub.Daye, type, [new Change { Record = Google.Protobuf.MessageExtensions.ToByteString(RecordSamples.Full(type)) }]);
        }

        await daye.DeleteAsync<Organization>(TestHub.Daye, organizations[^1].Uscc);
        Assert.Empty(await RunAsync(hub, Job));
        await using var connection = new NpgsqlConnection(database);
        await connection.ExecuteAsync(
            "update enterprise.organization set established_on = established_on + 1, name = 'x' where hub_key = @key", new { key = organizations[7].Uscc });

        var finding = Assert.Single(await RunTwiceAsync(hub, Job, raised: 1));

        Assert.Equal(("store.column", organizations[7].Uscc, TestHub.Daye, TestHub.City), (finding.Rule, finding.Key, finding.Source, finding.Owner));
        Assert.Equal(["established_on", "name"], finding.Observed.Split(", ").Order());
        await connection.ExecuteAsync(
            "update enterprise.organization set established_on = established_on - 1, name = '样例企业' where hub_key = @key", new { key = organizations[7].Uscc });
        await MendedAsync(hub, Job, 1);
    }

    [Fact]
    public async Task StoreCheck_FindsGapsAndBreaksInTheFeed()
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();
        await using var hub = await TestHub.StartAsync(database, null, JobRuns.Enabled, "--Jobs:StepRecords=10");
        await (await hub.CityAsync()).PushCalendarsAsync();
        var daye = await hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization();
        foreach (var name in new[] { "甲", "乙", "丙" })
        {
            organization.Name = name;
            await daye.PushAsync(TestHub.Daye, organization);
        }

        await daye.PushAsync(TestHub.Daye, Enumerable.Range(0, 30).Select(_ => Make.Organization()));
        Assert.Empty(await RunAsync(hub, Job));
        await using var connection = new NpgsqlConnection(database);
        await connection.ExecuteAsync(
            """
            update hub.change set previous_revision = 1 where key = @key and revision = 3;
            delete from hub.change where position = (select position - 5 from hub.feed);
            """,
            new { key = organization.Uscc });

        var found = await RunTwiceAsync(hub, Job, raised: 2);

        var chain = Assert.Single(found, finding => finding.Rule == "store.feed-chain");
        Assert.Equal(
            ($"{TestHub.Daye}/1", $"{TestHub.Daye}/2", TestHub.City), (chain.Observed, chain.Expected, chain.Owner));
        var gap = await connection.ExecuteScalarAsync<long>("select position - 5 from hub.feed");
        Assert.Equal($"{gap}", Assert.Single(found, finding => finding.Rule == "store.feed-gap").Key);
    }

    [Fact]
    public async Task StoreCheck_BySchedule_GoesOnWhereTheFeedWasWhole_AndReadsAllOfItWhenAsked()
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();
        await using var hub = await TestHub.StartAsync(database, null, JobRuns.Enabled, "--Jobs:StepRecords=10");
        await (await hub.CityAsync()).PushCalendarsAsync();
        var daye = await hub.NodeAsync(TestHub.Daye);
        await daye.PushAsync(TestHub.Daye, Enumerable.Range(0, 30).Select(_ => Make.Organization()));
        Assert.Empty(await RunAsync(hub, Job));
        await using var connection = new NpgsqlConnection(database);
        var whole = await connection.ExecuteScalarAsync<long>("select position from hub.feed_check");
        Assert.Equal(await connection.ExecuteScalarAsync<long>("select position from hub.feed"), whole);
        await connection.ExecuteAsync("delete from hub.change where position = @position", new { position = whole - 20 });
        await daye.PushAsync(TestHub.Daye, Make.Organization(), Make.Organization());

        Assert.Empty(await RunByScheduleAsync(hub, connection));
        Assert.Equal(whole + 2, await connection.ExecuteScalarAsync<long>("select position from hub.feed_check"));
        var gap = Assert.Single(await RunAsync(hub, Job));
        Assert.Equal(("store.feed-gap", $"{whole - 20}"), (gap.Rule, gap.Key));

        // What is damaged is looked at each time, and nothing after it counts as whole.
        Assert.True(await connection.ExecuteScalarAsync<long>("select position from hub.feed_check") < whole - 20);
        Assert.Single(await RunByScheduleAsync(hub, connection));

        // Long ago: all of it, though nobody asks.
        await connection.ExecuteAsync("update hub.feed_check set position = @whole, whole_at = whole_at - interval '29 days'", new { whole });
        await connection.ExecuteAsync("update hub.finding set state = 'CLOSED', resolved = true, closed_at = now() where state <> 'CLOSED'");
        Assert.Single(await RunByScheduleAsync(hub, connection));
    }

    // As the scheduler's slots are: nobody asked for the run.
    private static async Task<List<Finding>> RunByScheduleAsync(TestHub hub, NpgsqlConnection connection)
    {
        await connection.ExecuteAsync(
            """
            create or replace function hub.unasked() returns trigger language plpgsql as $$ begin new.requested_by := ''; return new; end $$;
            create or replace trigger unasked before insert or update on hub.job_run for each row execute function hub.unasked();
            """);
        try
        {
            return await RunAsync(hub, Job);
        }
        finally
        {
            await connection.ExecuteAsync("drop trigger unasked on hub.job_run");
        }
    }
}
