using HubExchange.Client;
using HubExchange.Client.Push;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Faults;
using HubExchange.Testing;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.EndToEnd;

/// <summary>
/// A hub that is killed while it mends, or in the middle of the full list: after its restart it goes on, and no record is mended, and no part
/// of the list asked for, twice.
/// </summary>
public sealed class ReconciliationKillTests
{
    /// <summary>Where it is killed.</summary>
    public const string Point = FailPoint.ReconciliationMended;

    /// <summary>In the middle of the full list.</summary>
    public const string PartPoint = FailPoint.ReconciliationPart;

    private const string Source = "ND-CITY";
    private const string Job = "reconcile";

    [Fact]
    public async Task HubKilledWhileItMends_MendsTheRestAfterTheRestart_AndNothingTwice()
    {
        await using var hub = await HubProcess.StartAsync(
            hub => hub.FailPoints = $"{Point}=exit@2",
            "--Reconciliation:RecordBatch=10",
            "--Reconciliation:QueueSeconds=1",
            "--Reconciliation:RunOnDifference=false",
            "--Jobs:StallTimeout=00:00:05",
            "--Jobs:CheckinInterval=00:00:01");
        await using var client = new HubClient(await hub.EnrolAsync(Source));
        var held = new HeldOrganizations();
        using var stop = new CancellationTokenSource();
        var attending = await held.PushAndAttendAsync(client, Source, 50, stop.Token);
        foreach (var organization in held.All.Take(35).ToList())
        {
            held.Lose(new Organization(organization) { Name = "未报送的更名" });
        }

        await using var admin = new HubClient(hub.Admin);
        var asked = await admin.RunJobAsync(Job);
        await Eventually.HoldsAsync(() => !hub.IsRunning, "the hub ends while it mends");
        Assert.True(hub.HasWritten($"Fail point {Point}: exit"));
        hub.FailPoints = "";
        await hub.RestartAsync();
        await using var again = new HubClient(hub.Admin);
        await Eventually.HoldsAsync(
            async () => await again.ListJobRunsAsync(Job).AnyAsync(run => run.Id == asked.Id && run.State == JobRunState.Succeeded),
            "the job goes on",
            TimeSpan.FromMinutes(2));

        var runs = await client.ListReconciliationsAsync().ToListAsync();
        Assert.Equal([ReconciliationState.Mended, ReconciliationState.Failed], runs.Select(run => run.State));
        Assert.Equal((15L, 15L, asked.Id), (runs[0].Stale, runs[0].Mended, runs[0].JobRun));
        var broken = await client.ListReconciliationDifferencesAsync(runs[1].Id).ToListAsync();
        Assert.Equal((35, 10), (broken.Count, broken.Count(difference => difference.Outcome == DifferenceOutcome.Mended)));
        await using var connection = await hub.ConnectToDatabaseAsync();
        await using var count = new NpgsqlCommand(
            "select array_agg(n order by hub_revision) from (select hub_revision, count(*)::int as n from enterprise.organization group by 1) r", connection);
        var versions = (int[])(await count.ExecuteScalarAsync())!;
        Assert.Equal([15, 35], versions);
        await HeldOrganizations.LeaveAsync(attending, stop);
    }

    [Fact]
    public async Task HubKilledInTheMiddleOfTheList_GoesOnWithTheNextPart()
    {
        const int Parts = 21;
        const int Kept = 6;
        await using var hub = await HubProcess.StartAsync(
            hub => hub.FailPoints = $"{PartPoint}=exit@{Kept}",
            "--Reconciliation:MaxCells=64",
            "--Reconciliation:ManifestPart=100",
            "--Reconciliation:RunOnDifference=false");
        await using var client = new HubClient(await hub.EnrolAsync(Source));
        var held = new HeldOrganizations();
        using var stop = new CancellationTokenSource();
        var attending = await held.PushAndAttendAsync(client, Source, 1_000, stop.Token);
        for (var i = 0; i < (Parts * 100) - 1_000; i++)
        {
            held.Lose(Make.Organization());
        }

        await Assert.ThrowsAsync<HubException>(() => client.RunReconciliationAsync(HeldOrganizations.Type, Source));
        await Eventually.HoldsAsync(() => !hub.IsRunning, "the hub ends in the middle of the list");
        hub.FailPoints = "";
        await hub.RestartAsync();
        var run = await HeldOrganizations.ReconcileAsync(client, Source, ErrorReason.SourceNotAttending);

        // One question tells that both differ, and what the source has is still what it had.
        Assert.Equal((ReconciliationState.Mended, 1_100L, 1 + Parts - Kept), (run.State, run.Missing, run.RoundTrips));
        await HeldOrganizations.LeaveAsync(attending, stop);
    }
}
