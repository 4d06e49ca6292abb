using HubExchange.Enterprise.V1;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Jobs;

/// <summary>References that lead nowhere are found, told once, and closed when they are mended.</summary>
public sealed class ReferencesJobTests(SharedCluster cluster)
{
    [Fact]
    public async Task DanglingReference_IsFoundOnce_UpdatedReopenedAndResolved()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, JobRuns.Enabled, "--Jobs:StepRecords=10");
        var bureau = await hub.PersonAsync("bureau");
        var city = await hub.CityAsync();
        await city.PushCalendarsAsync();
        await city.PushPlacesAsync();
        var node = await hub.NodeAsync(TestHub.Daye);
        var organizations = Enumerable.Range(0, 25).Select(_ => Make.Organization()).ToList();
        var stray = organizations[17];
        stray.ReportingUnit = "nowhere";
        await node.PushAsync(TestHub.Daye, organizations);
        var rule = new ListFindingsRequest { Rule = "reference.dangling", Type = "enterprise.organization", WithClosed = true };

        var first = await bureau.RunToEndAsync("references");
        var again = await bureau.RunToEndAsync("references");

        Assert.Equal((JobRunState.Succeeded, 1, ""), (first.State, first.Attempts, first.Problem));
        Assert.True(first.Steps > 3);
        Assert.Equal((0L, 0L), (again.Raised, again.Resolved));
        var finding = Assert.Single(await bureau.ListFindingsAsync(rule).ToListAsync());
        Assert.Equal(
            (stray.Uscc, "reporting_unit", TestHub.Daye, TestHub.Daye, "nowhere", FindingState.Routed, FindingOrigin.Rule, FindingLight.Green, 2),
            (finding.Key, finding.Field, finding.Source, finding.Owner, finding.Observed, finding.State, finding.Origin, finding.Light, finding.Revision));
        Assert.Equal((TestHub.Daye, "nowhere", 1L), (finding.Evidence[0].Source, finding.Evidence[0].Value, finding.Evidence[0].Revision));

        stray.ReportingUnit = "elsewhere";
        await node.PushAsync(TestHub.Daye, stray);
        await bureau.RunToEndAsync("references");
        var updated = await bureau.GetFindingAsync(finding.Id);
        Assert.Equal(("elsewhere", FindingState.Routed, FindingAction.Update), (updated.Finding.Observed, updated.Finding.State, updated.Events[^1].Action));

        stray.ReportingUnit = "420281";
        await node.PushAsync(TestHub.Daye, stray);
        var mended = await bureau.RunToEndAsync("references");
        var closed = await bureau.GetFindingAsync(finding.Id);
        Assert.Equal(1L, mended.Resolved);
        Assert.Equal((FindingState.Closed, FindingAction.Resolve, "HUB"), (closed.Finding.State, closed.Events[^1].Action, closed.Finding.Evidence[^1].Source));
        Assert.Empty(await bureau.ListFindingsAsync(new ListFindingsRequest(rule) { WithClosed = false }).ToListAsync());

        stray.ReportingUnit = "nowhere";
        await node.PushAsync(TestHub.Daye, stray);
        Assert.Equal(1L, (await bureau.RunToEndAsync("references")).Raised);
        var reopened = await bureau.GetFindingAsync(finding.Id);
        Assert.Equal((FindingState.Routed, FindingAction.Reopen), (reopened.Finding.State, reopened.Events[^1].Action));
        var past = await bureau.GetFindingAsync(finding.Id, closed.Finding.ChangedAt.ToDateTimeOffset());
        Assert.Equal((FindingState.Closed, closed.Events.Count), (past.Finding.State, past.Events.Count));
    }

    [Fact]
    public async Task ReferencesOfDeletedRecords_AreNotFound_AndThoseToDeletedRecordsAre()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, JobRuns.Enabled);
        var bureau = await hub.PersonAsync("bureau");
        var node = await hub.NodeAsync(TestHub.Daye);
        var (gone, stray) = (Make.Organization(), Make.Organization());
        await (await hub.CityAsync()).PushPlacesAsync();
        stray.ReportingUnit = "nowhere";
        var startup = new StartupRecord { Uscc = gone.Uscc, RecognisedOn = "2021-03-01", DefinitionId = "city" };
        await node.PushAsync(TestHub.Daye, gone, stray);
        Assert.Equal(1, (await node.PushAsync(TestHub.Daye, startup)).Counts.Stored);
        await bureau.RunToEndAsync("references");
        Assert.Single(await bureau.ListFindingsAsync(new ListFindingsRequest { Key = stray.Uscc }).ToListAsync());

        await node.DeleteAsync<Organization>(TestHub.Daye, stray.Uscc);
        await node.DeleteAsync<Organization>(TestHub.Daye, gone.Uscc);
        await bureau.RunToEndAsync("references");

        Assert.Empty(await bureau.ListFindingsAsync(new ListFindingsRequest { Key = stray.Uscc }).ToListAsync());
        var finding = Assert.Single(await bureau.ListFindingsAsync(new ListFindingsRequest { Type = "enterprise.startup_record" }).ToListAsync());
        Assert.Equal(("uscc", gone.Uscc), (finding.Field, finding.Observed));
    }
}
