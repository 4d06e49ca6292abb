using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Tests.Jobs;
using HubExchange.Testing;
using HubExchange.V1;
using static HubExchange.V1.FindingAction;

namespace HubExchange.Server.Tests.Reconciliation;

/// <summary>Attending nodes are told what concerns them, and nobody else is.</summary>
public sealed class NoticeTests(SharedCluster cluster)
{
    private const string Organizations = "enterprise.organization";

    private static readonly string[] Settings = ["--Reconciliation:RunOnDifference=false", "--Reconciliation:NoticeSeconds=1"];

    [Fact]
    public async Task Correction_IsToldToThoseWhoHoldTheOldVersion_AndNamesThem()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, Settings);
        await (await hub.CityAsync()).PushCalendarsAsync();
        await using var owner = await AttendedCounty.StartAsync(hub, 2);
        await using var holder = await AttendedCounty.StartAsync(hub, 0);
        await using var late = await AttendedCounty.StartAsync(hub, 0);
        var (bureau, raiser) = (await hub.PersonAsync("bureau"), await hub.NodeAsync(TestHub.Zone, NodeKind.Zone));
        var key = owner.AnyKey;
        await holder.Client.GetAsync(Organizations, key);
        var finding = await raiser.RaiseFindingAsync(new RaiseFindingRequest { Type = Organizations, Key = key, Field = "name", Reason = "样例理由" });
        await bureau.MoveFindingAsync(finding.Id, Route);
        await owner.Client.MoveFindingAsync(finding.Id, Accept);
        await owner.Client.MoveFindingAsync(finding.Id, Verify);
        Assert.Empty((await bureau.GetFindingAsync(finding.Id)).Holders);
        owner.Change(Make.Organization(key, "更正后的名称"));
        await owner.Client.PushAsync(owner.Node, owner.Get(key));
        await late.Client.GetAsync(Organizations, key);

        await owner.Client.MoveFindingAsync(finding.Id, Correct);

        var told = await holder.NoticeAsync(NoticeKind.RecordCorrected);
        Assert.Equal((Organizations, key, owner.Node, 1L, 2L, finding.Id), (told.Type, told.Key, told.Source, told.OldRevision, told.NewRevision, told.FindingId));
        Assert.Contains(key, told.MessageZh, StringComparison.Ordinal);
        var named = Assert.Single((await owner.Client.GetFindingAsync(finding.Id)).Holders);
        Assert.Equal((holder.Node, 1L, true, null), (named.Receiver, named.Revision, named.Outdated, named.LaterDeliveredAt));
        Assert.Equal([named], (await bureau.GetFindingAsync(finding.Id)).Holders);
        Assert.Empty((await raiser.GetFindingAsync(finding.Id)).Holders);
        Assert.Equal(1L, await owner.ReadAsync<long>("select count(*) from hub.notice where kind = 'RECORD_CORRECTED'"));
        await holder.Client.GetAsync(Organizations, key);
        Assert.NotNull(Assert.Single((await bureau.GetFindingAsync(finding.Id)).Holders).LaterDeliveredAt);
        Assert.Equal(finding.Id, (await owner.NoticeAsync(NoticeKind.FindingMoved)).FindingId);
    }

    [Fact]
    public async Task AnnouncedVersion_IsToldOnItsDay_ToItsSourceAndToThoseWhoHoldIt_Once()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, Settings);
        await using var owner = await AttendedCounty.StartAsync(hub, 3);
        await using var holder = await AttendedCounty.StartAsync(hub, 0);
        await using var late = await AttendedCounty.StartAsync(hub, 0);
        var day = ChinaTime.Today(TimeProvider.System).AddDays(3);
        var keys = owner.Keys.Order(StringComparer.Ordinal).ToArray();
        await AnnounceAsync(owner, keys[0], day);
        await AnnounceAsync(owner, keys[1], day);
        await AnnounceAsync(owner, keys[2], day.AddDays(30));
        await holder.Client.GetAsync(Organizations, keys[0]);

        // Superseded by a later announcement, it takes effect all the same.
        await AnnounceAsync(owner, keys[0], day.AddDays(60));
        await late.Client.GetAsync(Organizations, keys[0]);

        await JobRuns.RunOnAsync(hub, "effective", day.AddDays(-1));
        Assert.Equal(0L, await owner.ReadAsync<long>("select count(*) from hub.notice where kind = 'RECORDS_EFFECTIVE'"));
        await JobRuns.RunOnAsync(hub, "effective", day.AddDays(1));
        await JobRuns.RunOnAsync(hub, "effective", day.AddDays(1), hour: 9);

        var told = await owner.NoticeAsync(NoticeKind.RecordsEffective);
        Assert.Equal((Organizations, owner.Node), (told.Type, told.Source));
        Assert.Contains("2 条", told.MessageZh, StringComparison.Ordinal);
        Assert.Contains("1 records", (await holder.NoticeAsync(NoticeKind.RecordsEffective)).MessageEn, StringComparison.Ordinal);
        Assert.Equal(2L, await owner.ReadAsync<long>("select count(*) from hub.notice where kind = 'RECORDS_EFFECTIVE'"));

        await JobRuns.RunOnAsync(hub, "effective", day.AddDays(100));
        Assert.Contains("1 records", (await late.NoticeAsync(NoticeKind.RecordsEffective)).MessageEn, StringComparison.Ordinal);
        Assert.Equal(4L, await owner.ReadAsync<long>("select count(*) from hub.notice where kind = 'RECORDS_EFFECTIVE'"));
    }

    private static async Task AnnounceAsync(AttendedCounty county, string key, DateOnly day)
    {
        var change = AttendedCounty.ChangeOf(Make.Organization(key, $"{day:yyyy-MM-dd} 起的名称"));
        change.EffectiveFrom = day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(1, (await county.Client.PushRecordsAsync(county.Node, AttendedCounty.Type, [change])).Counts.Stored);
    }

    [Fact]
    public async Task NodeThatWasAway_IsToldWhenItAttends_OnceAndInOrder()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, Settings);
        await (await hub.CityAsync()).PushCalendarsAsync();
        var county = await AttendedCounty.StartAsync(hub, 1);
        await county.LeaveAsync();
        var bureau = await hub.PersonAsync("bureau");
        var finding = await bureau.RaiseFindingAsync(new RaiseFindingRequest { Type = Organizations, Key = county.AnyKey, Reason = "样例理由" });
        await bureau.MoveFindingAsync(finding.Id, Route);
        await bureau.MoveFindingAsync(finding.Id, Route, owner: county.Node);
        await county.Client.MoveFindingAsync(finding.Id, Accept);
        Assert.Empty(county.Notices);

        await using var again = await county.MoveAsync(hub);

        await Eventually.HoldsAsync(
            async () => await again.ReadAsync<long>("select count(*) from hub.notice where told_at is null") == 0, "everything is told");
        await Eventually.HoldsAsync(() => again.Notices.Count >= 2, "both have come");
        Assert.Equal([NoticeKind.FindingMoved, NoticeKind.FindingMoved], again.Notices.Select(notice => notice.Kind));
        Assert.All(again.Notices, notice => Assert.Contains("转办", notice.MessageZh, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_TellsOwnersWhatItFound_AndHoldersWhenItIsCorrected()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, [.. Settings, JobRuns.Enabled, "--Jobs:StepRecords=10"]);
        var city = await hub.CityAsync();
        await city.PushCalendarsAsync();
        await city.PushPlacesAsync();
        await using var owner = await AttendedCounty.StartAsync(hub, 25);
        await using var holder = await AttendedCounty.StartAsync(hub, 0);
        var bureau = await hub.PersonAsync("bureau");
        var strays = owner.Keys.Take(3).Select(owner.Get).ToList();
        strays.ForEach(stray => stray.ReportingUnit = "nowhere");
        await owner.Client.PushAsync(owner.Node, strays);
        var run = await bureau.RunToEndAsync("references");
        Assert.Equal((JobRunState.Succeeded, 3L), (run.State, run.Raised));
        await owner.NoticeAsync(NoticeKind.FindingsFound);
        Assert.Equal(
            3L, await owner.ReadAsync<long>("select sum(count) from hub.notice where node = $1 and subject = 'reference.dangling'", owner.Node));
        await holder.Client.GetAsync(Organizations, strays[0].Uscc);
        Assert.DoesNotContain(holder.Notices, notice => notice.Kind == NoticeKind.RecordCorrected);

        strays.ForEach(stray => stray.ReportingUnit = "420281");
        await owner.Client.PushAsync(owner.Node, strays);
        Assert.Equal(3L, (await bureau.RunToEndAsync("references")).Resolved);

        Assert.Equal(strays[0].Uscc, (await holder.NoticeAsync(NoticeKind.RecordCorrected)).Key);
        Assert.Equal(1L, await owner.ReadAsync<long>("select count(*) from hub.notice where kind = 'RECORD_CORRECTED'"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SnapshotThatWaits_AndItsDecision_AreToldToTheSource(bool isApproved)
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, [.. Settings, "--Snapshots:FreeDeletions=0", "--Snapshots:FreePercent=0"]);
        await using var county = await AttendedCounty.StartAsync(hub, 10);
        var kept = county.Keys.Take(4).Select(county.Get).ToList();
        var pushed = await county.Client.PushSnapshotAsync(county.Node, kept.ToAsyncEnumerable());
        var waiting = Assert.Single(pushed.Snapshots);
        Assert.Equal(SnapshotState.Waiting, waiting.State);

        var told = await county.NoticeAsync(NoticeKind.SnapshotWaiting);
        Assert.Equal((waiting.SnapshotId, Organizations), (told.SnapshotId, told.Type));
        Assert.Contains("6", told.MessageEn, StringComparison.Ordinal);
        var bureau = await hub.PersonAsync("bureau");
        await (isApproved ? bureau.ApproveSnapshotAsync(waiting.SnapshotId, "样例理由") : bureau.RejectSnapshotAsync(waiting.SnapshotId, "样例理由"));

        var decided = await county.NoticeAsync(NoticeKind.SnapshotDecided);
        Assert.Equal(waiting.SnapshotId, decided.SnapshotId);
        Assert.Contains(isApproved ? "已批准" : "已驳回", decided.MessageZh, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CertificateThatEndsSoon_IsTold_OnceADay()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, [.. Settings, "--Reconciliation:CertificateNoticeDays=3650"]);
        await using var county = await AttendedCounty.StartAsync(hub, 1);
        var end = (await hub.IdentityOfAsync(county.Node)).ExpiresAt;

        var told = await county.NoticeAsync(NoticeKind.CertificateExpires);

        Assert.Equal(end.ToUnixTimeSeconds(), told.ExpiresAt.Seconds);
        await using var other = await AttendedCounty.StartAsync(hub, 1);
        await other.NoticeAsync(NoticeKind.CertificateExpires);
        Assert.Single(county.Notices, notice => notice.Kind == NoticeKind.CertificateExpires);
    }

    [Fact]
    public async Task CertificateThatIsGoodForLong_IsNotTold()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, Settings);
        await (await hub.CityAsync()).PushCalendarsAsync();
        await using var county = await AttendedCounty.StartAsync(hub, 1);
        var bureau = await hub.PersonAsync("bureau");
        var finding = await bureau.RaiseFindingAsync(new RaiseFindingRequest { Type = Organizations, Key = county.AnyKey, Reason = "样例理由" });
        await bureau.MoveFindingAsync(finding.Id, Route);

        // Told by the same turn that would tell of the certificate.
        await county.NoticeAsync(NoticeKind.FindingMoved);

        Assert.DoesNotContain(county.Notices, notice => notice.Kind == NoticeKind.CertificateExpires);
    }
}
