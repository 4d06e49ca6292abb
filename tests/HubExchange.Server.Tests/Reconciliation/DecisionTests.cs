using HubExchange.Client;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Reconciliation;

/// <summary>What the bureau decided stands: the next reconciliation does not overturn it, and says by what it was settled.</summary>
public sealed class DecisionTests(SharedCluster cluster)
{
    [Fact]
    public async Task RepairsTakenBack_WaitForApproval_AndTheOthersDoNot()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Reconciliation:RunOnDifference=false");
        await using var county = await AttendedCounty.StartAsync(hub, 10);
        var bureau = await hub.PersonAsync("bureau");
        var keys = county.Keys.Order(StringComparer.Ordinal).ToList();
        var added = Make.Organization();
        var before = county.Own();
        county.Lose(Make.Organization(keys[0], "改名"));
        county.Lose(added);
        county.Forget(keys[1]);
        var mended = await county.RunAsync();
        Assert.Equal((ReconciliationState.Mended, 3L), (mended.State, mended.Mended));
        Assert.Equal(3, await bureau.UndoReconciliationAsync(mended.Id));
        Assert.All(await county.DifferencesAsync(mended.Id), difference => Assert.True(difference.UndoneRevision > difference.MendedRevision));
        Assert.Equal(before, await county.ShownAsync());

        county.Lose(Make.Organization(keys[2], "另改"));
        var waiting = await county.RunAsync();

        Assert.Equal(
            (ReconciliationState.Waiting, 1L, 1L, 2L, 1L), (waiting.State, waiting.Missing, waiting.Extra, waiting.Stale, waiting.Mended));
        before[keys[2]] = "另改";
        Assert.Equal(before, await county.ShownAsync());

        // A record that the source pushes is a new one, and nobody's to decide.
        await county.Client.PushAsync(county.Node, new[] { county.Get(keys[0]) }.ToAsyncEnumerable(), county.Options);
        waiting = await county.RunAsync();
        Assert.Equal((ReconciliationState.Waiting, 1L, 1L, 0L), (waiting.State, waiting.Missing, waiting.Extra, waiting.Stale));

        var approved = await bureau.ApproveReconciliationAsync(waiting.Id);

        Assert.Equal((ReconciliationState.Mended, 2L), (approved.State, approved.Mended));
        Assert.Equal(county.Own(), await county.ShownAsync());
        Assert.Equal(ReconciliationState.Equal, (await county.RunAsync()).State);
    }

    [Fact]
    public async Task WhatWaits_IsSettledByTheReconciliationThatTakesItsPlace()
    {
        await using var hub = await TestHub.StartAsync(
            cluster.Cluster, "--Reconciliation:RunOnDifference=false", "--Reconciliation:FreeRepairs=0", "--Reconciliation:FreePercent=0");
        await using var county = await AttendedCounty.StartAsync(hub, 10);
        var bureau = await hub.PersonAsync("bureau");
        county.Forget(county.AnyKey);
        var first = await county.RunAsync();
        await county.RunAsync(isDryRun: true);
        Assert.Equal((ReconciliationState.Waiting, 0L), await FateAsync(first.Id));

        var second = await county.RunAsync();
        Assert.Equal((ReconciliationState.Different, second.Id), await FateAsync(first.Id));
        Assert.Equal("", (await bureau.GetReconciliationAsync(first.Id)).DecidedBy);

        var approved = await bureau.ApproveReconciliationAsync(second.Id);
        Assert.Equal((ReconciliationState.Different, approved.Id), await FateAsync(second.Id));
        Assert.Equal("test-bureau", (await bureau.GetReconciliationAsync(second.Id)).DecidedBy);

        async Task<(ReconciliationState, long)> FateAsync(long id) =>
            await bureau.GetReconciliationAsync(id) is var run ? (run.State, run.SettledBy) : default;
    }

    [Fact]
    public async Task WhatWaits_IsNotReconciledAgain_WhileNothingChanges()
    {
        await using var hub = await TestHub.StartAsync(
            cluster.Cluster,
            "--Reconciliation:HeartbeatSeconds=1",
            "--Reconciliation:RunPauseSeconds=1",
            "--Reconciliation:FreeRepairs=0",
            "--Reconciliation:FreePercent=0");
        await using var county = await AttendedCounty.StartAsync(hub, 10);
        await using var other = await AttendedCounty.StartAsync(hub, 10);
        var waiting = county.NextAsync(ReconciliationState.Waiting);
        county.Forget(county.AnyKey);
        await waiting;

        // Heartbeats of the other county go by, and of this one as many.
        for (var i = 0; i < 4; i++)
        {
            var mended = other.NextAsync(ReconciliationState.Mended);
            other.Lose(Make.Organization());
            await mended;
        }

        Assert.Equal(ReconciliationState.Waiting, Assert.Single(await RunsAsync(county)).State);

        // News is looked at, and what waited is settled by it.
        waiting = county.NextAsync(ReconciliationState.Waiting);
        county.Lose(Make.Organization());
        var next = await waiting;
        Assert.Equal([next.Id, 0L], (await RunsAsync(county)).Select(run => run.State == ReconciliationState.Waiting ? run.Id : 0));
    }

    private static async Task<List<V1.Reconciliation>> RunsAsync(AttendedCounty county) =>
        await county.Client.ListReconciliationsAsync(source: county.Node).ToListAsync();
}
