using HubExchange.Server.Tests.Jobs;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Reconciliation;

/// <summary>Reconciliation by the clock: whoever attends is reconciled, whoever does not is named.</summary>
public sealed class ReconcileJobTests(SharedCluster cluster)
{
    private const string Job = "reconcile";

    private static readonly string[] Settings =
        [JobRuns.Enabled, "--Reconciliation:RunOnDifference=false", "--Reconciliation:QueueSeconds=1"];

    [Fact]
    public async Task Job_MendsWhatDiffers_AndNamesSourcesThatDoNotAttend()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, Settings);
        var bureau = await hub.PersonAsync("bureau");
        await using var county = await AttendedCounty.StartAsync(hub, 60);
        await county.WelcomedAsync();
        county.Lose(Make.Organization(county.AnyKey, "未报送"));
        var silent = await hub.NodeAsync(TestHub.Daye);
        await silent.PushAsync(TestHub.Daye, Make.Organization());

        var first = await bureau.RunToEndAsync(Job);

        Assert.Equal((JobRunState.Succeeded, 1L, 1L, ""), (first.State, first.Examined, first.Changed, first.Problem));
        var mended = Assert.Single(await bureau.ListReconciliationsAsync().ToListAsync());
        Assert.Equal(
            (ReconciliationState.Mended, county.Node, 1L, first.Id, "sdk"), (mended.State, mended.Source, mended.Stale, mended.JobRun, mended.Stream));
        Assert.Equal(county.Own(), await county.ShownAsync());
        var absent = await bureau.ListFindingsAsync(new ListFindingsRequest { Rule = "reconcile.absent" }).ToListAsync();
        Assert.Equal(
            [(TestHub.Daye, "enterprise.organization"), (TestHub.City, "hub.node")],
            absent.OrderBy(finding => finding.Owner).Select(finding => (finding.Owner, finding.Observed)));
        Assert.Equal(2L, first.Raised);

        // Twice the same is the same.
        var again = await bureau.RunToEndAsync(Job);
        Assert.Equal((0L, 0L), (again.Raised, again.Resolved));
        Assert.Equal(
            [ReconciliationState.Equal, ReconciliationState.Mended],
            (await bureau.ListReconciliationsAsync().ToListAsync()).Select(run => run.State));
    }

    [Fact]
    public async Task DifferenceThatRemains_IsAFinding_UntilItIsGone()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, Settings);
        var bureau = await hub.PersonAsync("bureau");
        await using var county = await AttendedCounty.StartAsync(hub, 10);
        await county.WelcomedAsync();
        var key = county.AnyKey;
        county.Lose(Make.Organization(key, ""));

        await bureau.RunToEndAsync(Job);

        var filter = new ListFindingsRequest { Rule = "reconcile.different" };
        var finding = Assert.Single(await bureau.ListFindingsAsync(filter).ToListAsync());
        Assert.Equal((county.Node, "enterprise.organization", "DIFFERENT"), (finding.Owner, finding.Type, finding.Observed));

        county.Lose(Make.Organization(key, "补正名称"));
        Assert.Equal(1L, (await bureau.RunToEndAsync(Job)).Resolved);
        Assert.Empty(await bureau.ListFindingsAsync(filter).ToListAsync());
    }

    [Fact]
    public async Task SourceThatIsGoneBeforeItsTurn_EndsAsAFailure_AndTheRunGoesOn()
    {
        await using var hub = await TestHub.StartAsync(
            cluster.Cluster, [.. Settings, "--Reconciliation:AnswerTimeoutSeconds=1", "--Reconciliation:AttendanceLeaseSeconds=3600"]);
        var bureau = await hub.PersonAsync("bureau");
        await using var county = await AttendedCounty.StartAsync(hub, 3);
        await county.WelcomedAsync();

        // As a hub that died leaves it.
        await county.ExecuteAsync(
            """
            insert into hub.attendance (source, stream, id, types, hub, since, seen_at)
            values ($1, 'gone', gen_random_uuid(), '{enterprise.organization,hub.node}', 'dead', now(), now())
            """,
            county.Node);
        var waiting = bureau.RunToEndAsync(Job);
        await Eventually.HoldsAsync(
            async () => await bureau.ListReconciliationsAsync(state: ReconciliationState.Queued).AnyAsync(run => run.Type == "hub.node"), "it waits");
        await county.ExecuteAsync("update hub.reconciliation set started_at = now() - interval '1 hour' where state = 'QUEUED' and type = 'hub.node'");

        Assert.Equal(JobRunState.Succeeded, (await waiting).State);
        var failed = Assert.Single(await bureau.ListReconciliationsAsync(state: ReconciliationState.Failed).ToListAsync());
        Assert.Equal("hub.node", failed.Type);
        Assert.Contains("未值守", failed.Failure, StringComparison.Ordinal);
        Assert.Single(await bureau.ListReconciliationsAsync(state: ReconciliationState.Equal).ToListAsync());
    }
}
