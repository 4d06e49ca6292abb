using HubExchange.Client;
using HubExchange.Server.Tests.Jobs;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Reconciliation;

/// <summary>Two hubs on one database: one reconciliation at a time, at the hub where the source attends.</summary>
public sealed class TwoHubsReconciliationTests(SharedCluster cluster)
{
    private const string Quiet = "--Reconciliation:RunOnDifference=false";

    private static readonly string[] Lively = [Quiet, "--Reconciliation:QueueSeconds=1", "--Reconciliation:AttendanceLeaseSeconds=3"];

    [Fact]
    public async Task OtherHub_NamesTheOneWhereTheSourceAttends_AndItsJobIsDoneThere()
    {
        await using var first = await TestHub.StartAsync(cluster.Cluster, [.. Lively, "--Hosting:Name=first"]);
        await using var county = await AttendedCounty.StartAsync(first, 40);
        await using var second = await first.StartReplicaAsync(JobRuns.Enabled, "--Hosting:Name=second");
        await county.WelcomedAsync();
        county.Lose(Make.Organization(county.AnyKey, "未报送"));
        var bureau = await second.PersonAsync("bureau");

        var error = await Assert.ThrowsAsync<HubException>(() => bureau.RunReconciliationAsync(AttendedCounty.Type, county.Node));

        Assert.Equal(ErrorReason.SourceAttendsElsewhere, error.Reason);
        Assert.Contains("first", error.MessageZh, StringComparison.Ordinal);
        Assert.Contains("first", error.MessageEn, StringComparison.Ordinal);
        var run = await bureau.RunToEndAsync("reconcile");
        var mended = Assert.Single(await bureau.ListReconciliationsAsync().ToListAsync());
        Assert.Equal((ReconciliationState.Mended, run.Id), (mended.State, mended.JobRun));
        Assert.Equal(county.Own(), await county.ShownAsync());
    }

    [Fact]
    public async Task SourceThatMovesOn_AttendsAtTheLastHubOnly()
    {
        await using var first = await TestHub.StartAsync(cluster.Cluster, [.. Lively, "--Hosting:Name=first"]);
        await using var county = await AttendedCounty.StartAsync(first, 5);
        await county.WelcomedAsync();
        await using var second = await first.StartReplicaAsync("--Hosting:Name=second");
        await using var there = await county.AlsoAtAsync(second);
        await there.WelcomedAsync();
        await using var again = await county.AlsoAtAsync(first);
        await again.WelcomedAsync();

        // The second hub learns of it when it renews.
        Assert.Equal(ErrorReason.AttendanceEnded, (await Assert.ThrowsAsync<HubException>(() => there.EndedAsync())).Reason);
        var error = await Assert.ThrowsAsync<HubException>(() => there.RunAsync());
        Assert.Equal(ErrorReason.SourceAttendsElsewhere, error.Reason);
        Assert.Equal(ReconciliationState.Equal, (await again.RunAsync()).State);
    }

    [Fact]
    public async Task OneRunAtATime_OverBothHubs()
    {
        await using var first = await TestHub.StartAsync(cluster.Cluster, Quiet);
        await using var county = await AttendedCounty.StartAsync(first, 20);
        await using var second = await first.StartReplicaAsync();
        await using var there = await county.AlsoAtAsync(second);
        await there.WelcomedAsync();
        var go = new TaskCompletionSource();
        county.Finding = go.Task;
        county.Lose(Make.Organization(county.AnyKey, "未报送"));
        var running = county.RunAsync();
        await county.Asked;

        Assert.Equal(ErrorReason.ReconciliationRunning, (await Assert.ThrowsAsync<HubException>(() => there.RunAsync())).Reason);
        var bureau = await second.PersonAsync("bureau");
        var id = (await bureau.ListReconciliationsAsync().FirstAsync()).Id;
        Assert.Equal(ErrorReason.ReconciliationRunning, (await Assert.ThrowsAsync<HubException>(() => bureau.UndoReconciliationAsync(id))).Reason);
        go.SetResult();

        Assert.Equal((ReconciliationState.Mended, 1L), await running is var run ? (run.State, run.Mended) : default);
        Assert.Equal(1, await bureau.UndoReconciliationAsync(id));
    }

    [Fact]
    public async Task RunThatLostItsRight_MendsNothing()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, Quiet);
        await using var county = await AttendedCounty.StartAsync(hub, 20);
        var go = new TaskCompletionSource();
        county.Finding = go.Task;
        county.Lose(Make.Organization(county.AnyKey, "未报送"));
        var before = await county.ShownAsync();
        var running = county.RunAsync();
        await county.Asked;

        // As when the database took the hub for dead.
        Assert.Equal(1L, await county.ReadAsync<long>(
            """
            select count(pg_terminate_backend(l.pid))
            from pg_locks l
            join pg_database d on d.oid = l.database
            where l.locktype = 'advisory' and d.datname = current_database() and l.pid <> pg_backend_pid()
            """));
        go.SetResult();

        Assert.Equal((ReconciliationState.Failed, 0L), await running is var run ? (run.State, run.Mended) : default);
        Assert.Equal(before, await county.ShownAsync());
        Assert.Equal(ReconciliationState.Mended, (await county.RunAsync()).State);
    }
}
