using Dapper;
using HubExchange.Client;
using HubExchange.Server.Jobs;
using HubExchange.Server.Storage;
using HubExchange.Server.Tests.Jobs;
using HubExchange.Server.Tests.Reconciliation;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;
using static HubExchange.Server.Tests.Sharing.ShareCase;
using static HubExchange.V1.FindingLight;
using static HubExchange.V1.ShareAction;

namespace HubExchange.Server.Tests.Sharing;

/// <summary>
/// The terms of share requests by the official calendar of 2026: off from 15 to 23 February, worked on Saturdays 14 and 28 February.
/// </summary>
public sealed class ShareClockTests(SharedCluster cluster)
{
    [Fact]
    public async Task Fixture8_ConditionalDataWithoutAnswerByWorkingDay10_IsOverdue_ExtensionTo20NeedsTheOfficesConsent()
    {
        var desk = await OpenAsync(cluster.Cluster, "2026-02-06");
        await using var hub = desk.Hub;
        var silent = await desk.SubmitAsync();
        var extended = await desk.SubmitAsync();
        Assert.Equal(
            (ShareType.Conditional, "ORDER_809", "2026-02-06", "2026-02-24", "2026-02-27", Green),
            (silent.Share, silent.RuleSet, silent.ReceivedOn, silent.AnswerAmberOn, silent.AnswerDueOn, silent.Light));

        // Working day 7, the first after the holidays.
        desk.ItIs("2026-02-24");
        Assert.Equal(Amber, (await desk.ReadAsync(silent)).ShareRequest.Light);
        await ExtensionIsRefusedAsync(desk, extended);
        var later = await desk.ExtendAsync(extended, Consent(10, "2026-02-24"));
        Assert.Equal(("2026-03-09", "2026-03-12", Green), (later.AnswerAmberOn, later.AnswerDueOn, later.Light));
        Assert.Equal(Consent(10, "2026-02-24"), later.Extension);
        var consent = (await desk.Asker.GetShareRequestAsync(extended.Id)).Events[^1];
        Assert.Equal((Extend, "test-bureau", later.Extension), (consent.Action, consent.By, consent.After.Extension));
        var again = await RefusedAsync(() => desk.ExtendAsync(extended, Consent(1, "2026-02-24")), ErrorReason.ShareState);
        Assert.Contains("已延期过一次", again.MessageZh, StringComparison.Ordinal);

        // Working day 10: in time until its end.
        await desk.StrikeAsync("2026-02-27");
        Assert.Equal((Amber, 0), ((await desk.ReadAsync(silent)).ShareRequest.Light, await desk.CountOverdueAsync(silent)));

        // The day after, a Saturday that is worked.
        await desk.StrikeAsync("2026-02-28");
        var overdue = await desk.ReadAsync(silent);
        Assert.Equal((Red, "2026-02-28", ShareState.Submitted), (overdue.ShareRequest.Light, overdue.ShareRequest.OverdueOn, overdue.ShareRequest.State));
        Assert.Equal((2, "HUB", Overdue), (overdue.Events[^1].Number, overdue.Events[^1].By, overdue.Events[^1].Action));
        Assert.Equal(0, await desk.CountOverdueAsync(extended));
        var red = new ListShareRequestsRequest { Light = Red };
        Assert.Equal([silent.Id], await desk.Provider.ListShareRequestsAsync(red).Select(each => each.Id).ToListAsync());
        var late = await RefusedAsync(() => desk.ExtendAsync(silent, Consent(10, "2026-02-27")), ErrorReason.ShareState);
        Assert.Contains("答复期限已过", late.MessageZh, StringComparison.Ordinal);

        // Working day 20 of the other one, and the day after.
        await desk.StrikeAsync("2026-03-12");
        Assert.Equal(0, await desk.CountOverdueAsync(extended));
        await desk.StrikeAsync("2026-03-13");
        Assert.Equal((1, 1), (await desk.CountOverdueAsync(extended), await desk.CountOverdueAsync(silent)));

        // Late is better than never.
        Assert.Equal(ShareState.Refused, (await desk.MoveAsync(silent, Refuse)).State);
    }

    [Fact]
    public async Task OverdueEvent_ComesOnce_AlsoWhenTheJobRunsTwiceOrIsTakenOver()
    {
        var desk = await OpenAsync(cluster.Cluster, "2026-03-02");
        await using var hub = desk.Hub;
        var request = await desk.SubmitAsync();
        desk.ItIs("2026-03-17");
        await using var replica = await hub.StartReplicaAsync();
        var slot = new DateTime(2026, 3, 17, 0, 0, 0, DateTimeKind.Utc);

        // The first hub was given the run and stands still; the other one does it.
        var store = hub.Services.GetRequiredService<JobStore>();
        var dead = await store.BeginAsync("share-clock", slot, "dead", slot, CancellationToken.None);
        await JobRuns.RunOnAsync(replica, "share-clock", Day("2026-03-17"));
        var storage = hub.Services.GetRequiredService<HubStorage>();
        await using (var connection = await storage.DataSource.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await Assert.ThrowsAsync<JobFencedException>(
                () => JobStore.EnsureTokenAsync("share-clock", dead!.Token, transaction, CancellationToken.None));
        }

        Assert.Equal(1, await desk.CountOverdueAsync(request));
        await desk.StrikeAsync("2026-03-17", hour: 1);
        await JobRuns.RunOnAsync(replica, "share-clock", Day("2026-03-18"));
        Assert.Equal(1, await desk.CountOverdueAsync(request));
        Assert.Equal("2026-03-17", (await desk.ReadAsync(request)).ShareRequest.OverdueOn);
    }

    [Fact]
    public async Task MissingPapers_AreNamedAllAtOnce_AndTheClockStandsStillMeanwhile()
    {
        var desk = await OpenAsync(cluster.Cluster, "2026-02-06");
        await using var hub = desk.Hub;
        var request = await desk.SubmitAsync();
        desk.ItIs("2026-02-10");
        await RefusedAsync(
            () => desk.Provider.MoveShareRequestAsync(new MoveShareRequestRequest { Id = request.Id, Action = AskPapers }), ErrorReason.RequestInvalid);
        var asked = await desk.MoveAsync(request, AskPapers);
        Assert.Equal((ShareState.Papers, "2026-02-10", "2026-02-27"), (asked.State, asked.PausedOn, asked.AnswerDueOn));
        Assert.Equal(["部门负责人签批件", "数据安全承诺书"], asked.Papers);

        await desk.StrikeAsync("2026-03-02");
        Assert.Equal((Green, 0), ((await desk.ReadAsync(request)).ShareRequest.Light, await desk.CountOverdueAsync(request)));

        // It stood still for 11 working days.
        desk.ItIs("2026-03-03");
        var supplied = await desk.MoveAsync(request, SupplyPapers);
        Assert.Equal(
            (ShareState.Submitted, "", "2026-03-10", "2026-03-13", Green),
            (supplied.State, supplied.PausedOn, supplied.AnswerAmberOn, supplied.AnswerDueOn, supplied.Light));
        var again = await RefusedAsync(() => desk.MoveAsync(request, AskPapers), ErrorReason.ShareState);
        Assert.Contains("一次性告知", again.MessageZh, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GrantedData_FlowWithin20WorkingDays_OrTheDeliveryIsOverdue()
    {
        var desk = await OpenAsync(cluster.Cluster, "2026-02-06");
        await using var hub = desk.Hub;
        var request = await desk.SubmitAsync();
        await desk.StrikeAsync("2026-02-28");
        desk.ItIs("2026-03-04");
        var granted = await desk.MoveAsync(request, Grant);
        Assert.Equal(
            (ShareState.Granted, "2026-03-04", "2026-03-24", "2026-04-01", Green, ""),
            (granted.State, granted.AnsweredOn, granted.DeliveryAmberOn, granted.DeliveryDueOn, granted.Light, granted.OverdueOn));

        desk.ItIs("2026-03-24");
        Assert.Equal(Amber, (await desk.ReadAsync(request)).ShareRequest.Light);
        await desk.StrikeAsync("2026-04-01");
        await desk.StrikeAsync("2026-04-02");
        await desk.StrikeAsync("2026-04-03");
        var overdue = await desk.ReadAsync(request);
        Assert.Equal(Red, overdue.ShareRequest.Light);
        Assert.Equal([ShareState.Submitted, ShareState.Granted], overdue.Events.Where(each => each.Action == Overdue).Select(each => each.From));
        var delivered = await desk.MoveAsync(request, Deliver);
        Assert.Equal((ShareState.Delivered, "2026-04-03", FindingLight.Unspecified), (delivered.State, delivered.DeliveredOn, delivered.Light));
    }

    [Fact]
    public async Task UnconditionalData_AreAnsweredOnTheNextWorkingDay_WithoutExtension()
    {
        var desk = await OpenAsync(cluster.Cluster, "2026-02-13");
        await using var hub = desk.Hub;

        var request = await desk.SubmitAsync(Unconditional);

        Assert.Equal((ShareType.Unconditional, "2026-02-14", Green), (request.Share, request.AnswerDueOn, request.Light));
        var refused = await RefusedAsync(() => desk.ExtendAsync(request, Consent(1, "2026-02-13")), ErrorReason.ShareState);
        Assert.Contains("不允许此类答复延期", refused.MessageZh, StringComparison.Ordinal);
        await desk.StrikeAsync("2026-02-15");
        Assert.Equal(1, await desk.CountOverdueAsync(request));
    }

    [Fact]
    public async Task Terms_AreRulesInTheDatabase_AndWhatIsMissingIsSaid()
    {
        var desk = await OpenAsync(cluster.Cluster, "2025-07-31");
        await using var hub = desk.Hub;
        var early = await RefusedAsync(() => desk.SubmitAsync(), ErrorReason.ShareRuleMissing);
        Assert.Contains("2025-07-31", early.MessageEn, StringComparison.Ordinal);
        desk.ItIs("2025-08-01");
        Assert.Equal("2025-08-15", (await desk.SubmitAsync()).AnswerDueOn);

        await using (var connection = await hub.Services.GetRequiredService<HubStorage>().DataSource.OpenConnectionAsync())
        {
            await connection.ExecuteAsync("insert into hub.share_rule values ('ORDER_809', 'ANSWER', 'CONDITIONAL', '2026-03-01', 5, 4)");
        }

        desk.ItIs("2026-02-06");
        Assert.Equal("2026-02-27", (await desk.SubmitAsync()).AnswerDueOn);
        desk.ItIs("2026-03-02");
        Assert.Equal(("2026-03-06", "2026-03-09"), ((await desk.SubmitAsync()) is var sooner ? (sooner.AnswerAmberOn, sooner.AnswerDueOn) : default));
        desk.ItIs("2026-12-28");
        var missing = await RefusedAsync(() => desk.SubmitAsync(), ErrorReason.CalendarMissing);
        Assert.Contains("2027", missing.MessageZh, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BothSides_AreToldWhatTheOtherDid_AndTheAskerOfTheExtension()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Reconciliation:RunOnDifference=false", "--Reconciliation:NoticeSeconds=1");
        await (await hub.CityAsync()).PushCalendarsAsync();
        await using var asker = await AttendedCounty.StartAsync(hub, 0);
        await using var provider = await AttendedCounty.StartAsync(hub, 0);
        var request = Request();
        request.Provider = provider.Node;
        var submitted = await asker.Client.CreateShareRequestAsync(request);

        var told = await provider.NoticeAsync(NoticeKind.ShareMoved);
        Assert.Equal((submitted.Id, Conditional), (told.ShareRequestId, told.Type));
        Assert.Contains("提出", told.MessageZh, StringComparison.Ordinal);
        await (await hub.PersonAsync("bureau")).MoveShareRequestAsync(new MoveShareRequestRequest
        {
            Id = submitted.Id,
            Action = Extend,
            Extension = Consent(10, submitted.ReceivedOn),
        });

        var extension = await asker.NoticeAsync(NoticeKind.ShareMoved);
        Assert.Contains("延期答复", extension.MessageZh, StringComparison.Ordinal);
        Assert.Contains("EXTEND", extension.MessageEn, StringComparison.Ordinal);
    }

    // Not by the provider, not without the whole record, not for longer than ten days, and not with a consent of another time.
    private static async Task ExtensionIsRefusedAsync(ShareCase desk, ShareRequest request)
    {
        await RefusedAsync(() => desk.ExtendAsync(request, Consent(10, "2026-02-24"), desk.Provider), ErrorReason.ShareActionDenied);
        var bare = await RefusedAsync(() => desk.ExtendAsync(request, null), ErrorReason.RequestInvalid);
        Assert.Equal(
            ["extension.days", "extension.consented_by", "extension.consented_on", "extension.document_number"],
            bare.FieldViolations.Select(violation => violation.Field));
        var tooLong = await RefusedAsync(() => desk.ExtendAsync(request, Consent(11, "2026-02-24")), ErrorReason.RequestInvalid);
        Assert.Contains("最多延长 10 个工作日", tooLong.MessageZh, StringComparison.Ordinal);
        await RefusedAsync(() => desk.ExtendAsync(request, Consent(10, "2026-02-25")), ErrorReason.RequestInvalid);
        await RefusedAsync(() => desk.ExtendAsync(request, Consent(10, "2026-02-05")), ErrorReason.RequestInvalid);
        Assert.Equal(("2026-02-27", null), ((await desk.ReadAsync(request)).ShareRequest is var same ? (same.AnswerDueOn, same.Extension) : default));
    }
}
