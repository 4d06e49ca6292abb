using System.Net;
using HubExchange.Client;
using HubExchange.Client.Watch;
using HubExchange.Contracts.Entities;
using HubExchange.Platform.V1;
using HubExchange.Server.Tests.Identity;
using HubExchange.Server.Tests.Watch;
using HubExchange.Talent.V1;
using HubExchange.Testing;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Tests.Audit;

/// <summary>Whatever is cut from a read and whoever is refused stands in the audit, nothing else does, and what cannot be written is not done.</summary>
public sealed class AuditTests(SharedCluster cluster) : IDisposable
{
    private const string Organizations = "enterprise.organization";
    private const string Institutions = "platform.rd_institution";
    private const string Talents = "talent.talent";
    private const string Yangxin = "ND-420222";

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(90));

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task TalentQueryWithoutPersonalRight_GivesNoNameAndNoPidToJoinBy_AndTheAuditNamesTheCutFields_DomainFixture7()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        var (talent, institution) = await PushPeopleAsync(hub);
        var other = await hub.NodeAsync(Yangxin);

        Assert.Empty(await other.ListAsync(Talents, $"person_pid = \"{talent.PersonPid}\"").ToListAsync(_limit.Token));
        Assert.Equal(ErrorReason.RecordNotFound, await ReasonAsync(() => other.GetAsync(Talents, talent.PersonPid)));
        var shown = await other.GetAsync<RdInstitution>(institution.RdId);
        Assert.Equal("", shown.Value.LeaderPid);
        foreach (var filter in new[] { $"leader_pid = \"{talent.PersonPid}\"", "leader_pid.degree = \"DOCTOR\"" })
        {
            Assert.Equal(ErrorReason.FieldNotReadable, await ReasonAsync(async () => await other.ListAsync(Institutions, filter).ToListAsync()));
        }

        string[] ofTalents = ["bank_account", "birth_year", "email", "mobile", "name"];
        string[] ofInstitutions = ["equipment_value_fen", "leader_pid"];
        Assert.Equal(ofInstitutions, shown.Envelope.CutFields.Order(StringComparer.Ordinal));
        Assert.Collection(
            await EntriesAsync(hub, Yangxin),
            entry => Assert.Equal(Read("QueryService.ListRecords", Talents, 0, ofTalents, isWithheld: true), Content(entry)),
            entry => Assert.Equal(Read("QueryService.GetRecord", Talents, 0, ofTalents, isWithheld: true, "RECORD_NOT_FOUND"), Content(entry)),
            entry => Assert.Equal(Read("QueryService.GetRecord", Institutions, 1, ofInstitutions), Content(entry)),
            entry => Assert.Equal(Refusal("QueryService.ListRecords", Institutions, "FIELD_NOT_READABLE", "field=leader_pid"), Content(entry)),
            entry => Assert.Equal(Refusal("QueryService.ListRecords", Institutions, "FIELD_NOT_READABLE", "field=leader_pid"), Content(entry)));
        Assert.True((await (await hub.PersonAsync("auditor")).VerifyAuditAsync()).Broken is null);
    }

    [Fact]
    public async Task EveryWayOut_IsAudited_WhereSomethingIsCut()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        await PushPeopleAsync(hub);
        var organization = await PushOrganizationAsync(hub);
        var other = await hub.NodeAsync(Yangxin);

        await other.ListAsync(Organizations).ToListAsync(_limit.Token);
        await other.ListHistoryAsync(Organizations, organization, cancellationToken: _limit.Token).ToListAsync(_limit.Token);
        await other.GetProfileAsync(organization);
        var cells = await other.AggregateAsync(new AggregateRecordsRequest { Type = Organizations, Groups = { "business_state" } });
        await other.ListCellAsync(cells.Rows[0].Drill).ToListAsync(_limit.Token);
        using var file = new MemoryStream();
        await other.ExportAsync(new ExportRecordsRequest { Type = Organizations }, file, cancellationToken: _limit.Token);
        await new Copy().FollowAsync(other, new WatchOptions { Types = [Organizations, Talents] }, await Feed.LastAsync(hub), _limit.Token);

        string[] personal = ["contact_mobile", "contact_name"];
        string[] hidden = ["contact_mobile", "contact_name", "legal_representative_name"];
        var entries = await EntriesAsync(hub, Yangxin);
        Assert.Equal(
            [
                Read("QueryService.ListRecords", Organizations, 1, personal),
                Read("QueryService.ListRecordHistory", Organizations, 1, personal),
                Read("ProfileService.GetOrganizationProfile", Organizations, 2, personal) with { Masked = string.Join(' ', personal) },
                Read("AggregateService.ListCellRecords", Organizations, 1, personal),
                Read("ExportService.ExportRecords", Organizations, 1, hidden),
                Read("WatchService.WatchRecords", Organizations, 0, hidden),
                Read("WatchService.WatchRecords", Talents, 0, ["bank_account", "birth_year", "email", "mobile", "name"], isWithheld: true),
            ],
            entries.Select(Content));
        Assert.All(entries, entry => Assert.Equal((Yangxin, "node", Yangxin), (entry.Caller, entry.Role, entry.Node)));
    }

    [Fact]
    public async Task AnExportOfSeveralParts_IsAudited_BeforeTheFirstAndAtTheEnd()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Exports:ChunkBytes=4096");
        for (var i = 0; i < 60; i++)
        {
            await PushOrganizationAsync(hub);
        }

        using var file = new MemoryStream();
        await (await hub.NodeAsync(Yangxin)).ExportAsync(new ExportRecordsRequest { Type = Organizations }, file, cancellationToken: _limit.Token);

        Assert.Equal([("BEGUN", 0L), ("", 60L)], (await EntriesAsync(hub, Yangxin)).Select(entry => (entry.Reason, entry.Records)));
    }

    [Fact]
    public async Task ReadsThatCutNothing_AreNotAudited()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        var (talent, _) = await PushPeopleAsync(hub);
        var organization = await PushOrganizationAsync(hub);
        var (daye, bureau) = (await hub.NodeAsync(TestHub.Daye), await hub.PersonAsync("bureau"));

        await daye.GetAsync(Talents, talent.PersonPid);
        Assert.Single(await daye.ListAsync(Talents, new RecordQuery { Source = TestHub.Daye }).ToListAsync(_limit.Token));
        await daye.ListAsync(Organizations).ToListAsync(_limit.Token);
        await bureau.GetProfileAsync(organization);
        await bureau.ListAsync(Organizations).ToListAsync(_limit.Token);

        // Of a mask that leaves the hidden fields out, nothing is cut either.
        var other = await hub.NodeAsync(Yangxin);
        await other.ListAsync(Organizations, new RecordQuery { Fields = ["name"] }).ToListAsync(_limit.Token);
        await other.ListAsync(Talents, new RecordQuery { Fields = ["degree"] }).ToListAsync(_limit.Token);

        Assert.Empty(await (await hub.PersonAsync("auditor")).ListAuditEntriesAsync(cancellationToken: _limit.Token).ToListAsync(_limit.Token));

        // Nobody but the source sees accounts.
        await bureau.GetAsync(Talents, talent.PersonPid);
        Assert.Equal(Read("QueryService.GetRecord", Talents, 1, ["bank_account"]), Content(Assert.Single(await EntriesAsync(hub, "test-bureau"))));
    }

    [Fact]
    public async Task Refusals_AreAudited_WithWhoAndWhy_OverGrpcAndRest()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        await hub.NodeAsync(TestHub.Daye);
        var county = await hub.PersonAsync("county", TestHub.Daye);
        var issued = await (await hub.AdminAsync()).IssueTokenAsync("zhang", "security");

        Assert.Equal(ErrorReason.PermissionMissing, await ReasonAsync(async () => await county.ListAuditEntriesAsync().ToListAsync()));
        Assert.Equal(ErrorReason.SourceMismatch, await ReasonAsync(() => county.PushAsync(Yangxin, Make.Organization())));
        Assert.Equal(ErrorReason.SourceMismatch, await ReasonAsync(() => county.OpenPushAsync(Yangxin, [CityEntityTypes.All.Find(Organizations)!])));
        using (var rest = RawCaller.WithToken(hub, issued.Token))
        {
            using var response = await rest.Http.GetAsync(new Uri("/v1/types/talent.talent/records", UriKind.Relative));
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }

        var refused = await EntriesAsync(hub, "test-county");
        Assert.Equal(Refusal("AuditService.ListAuditEntries", "", "PERMISSION_MISSING", "permission=audit.read"), Content(refused[0]));
        Assert.Equal(Refusal("PushService.PushRecords", Organizations, "SOURCE_MISMATCH", $"source={Yangxin}"), Content(refused[1]));
        Assert.Equal(Refusal("PushService.Push", "", "SOURCE_MISMATCH", $"source={Yangxin}"), Content(refused[2]));
        Assert.All(refused, entry => Assert.Equal(("county", TestHub.Daye), (entry.Role, entry.Node)));
        var zhang = Assert.Single(await EntriesAsync(hub, "zhang"));
        Assert.Equal(Refusal("QueryService.ListRecords", Talents, "PERMISSION_MISSING", "permission=record.read"), Content(zhang));
        Assert.Equal(("security", ""), (zhang.Role, zhang.Node));
    }

    [Fact]
    public async Task Entries_AreListedByWhatIsAskedFor_PageByPage()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        await PushOrganizationAsync(hub);
        var (other, auditor) = (await hub.NodeAsync(Yangxin), await hub.PersonAsync("auditor"));
        for (var i = 0; i < 3; i++)
        {
            await other.ListAsync(Organizations).ToListAsync(_limit.Token);
            await ReasonAsync(async () => await other.ListAuditEntriesAsync().ToListAsync());
        }

        async Task<List<long>> PositionsAsync(ListAuditEntriesRequest filter) =>
            await auditor.ListAuditEntriesAsync(filter, _limit.Token).Select(entry => entry.Position).ToListAsync(_limit.Token);
        var all = await auditor.ListAuditEntriesAsync(cancellationToken: _limit.Token).ToListAsync(_limit.Token);
        Assert.Equal([6, 5, 4, 3, 2, 1], all.Select(entry => entry.Position));
        Assert.Equal([6, 5, 4, 3, 2, 1], await PositionsAsync(new() { PageSize = 2 }));
        Assert.Equal([5, 3, 1], await PositionsAsync(new() { Event = AuditEvent.Read, PageSize = 1 }));
        Assert.Equal([6, 4, 2], await PositionsAsync(new() { Method = "AuditService.ListAuditEntries" }));
        Assert.Equal([5, 3, 1], await PositionsAsync(new() { Type = Organizations, Node = Yangxin, Caller = Yangxin }));
        Assert.Empty(await PositionsAsync(new() { Node = TestHub.Daye }));
        Assert.Equal([6, 5, 4], await PositionsAsync(new() { Since = all[2].RecordedAt }));
        Assert.Equal([3, 2, 1], await PositionsAsync(new() { Until = all[2].RecordedAt }));
        var old = Assert.ThrowsAsync<HubException>(() => PositionsAsync(new() { Event = (AuditEvent)9 }));
        Assert.Equal(ErrorReason.RequestInvalid, (await old).Reason);
    }

    [Fact]
    public async Task WhatCannotBeAudited_IsNotGiven_AndNotRefusedEither()
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();
        await using var hub = await TestHub.StartAsync(database);
        var organization = await PushOrganizationAsync(hub);
        var (other, bureau) = (await hub.NodeAsync(Yangxin), await hub.PersonAsync("bureau"));
        await other.GetAsync(Organizations, organization);

        await ExecuteAsync(database, "alter table hub.audit rename to audit_away");

        Assert.Equal(ErrorReason.StoreUnavailable, await ReasonAsync(() => other.GetAsync(Organizations, organization)));
        using var file = new MemoryStream();
        Assert.Equal(ErrorReason.StoreUnavailable, await ReasonAsync(() => other.ExportAsync(new ExportRecordsRequest { Type = Organizations }, file)));
        Assert.Equal(0, file.Length);
        Assert.Equal(ErrorReason.StoreUnavailable, await ReasonAsync(async () => await other.ListAuditEntriesAsync().ToListAsync()));
        Assert.Equal(organization, (await bureau.GetAsync(Organizations, organization)).Key);
        await ExecuteAsync(database, "alter table hub.audit_away rename to audit");

        await other.GetAsync(Organizations, organization);
        Assert.Equal([1, 2], (await EntriesAsync(hub, Yangxin)).Select(entry => entry.Position));
    }

    private static async Task<(Talent.V1.Talent Talent, RdInstitution Institution)> PushPeopleAsync(TestHub hub)
    {
        var daye = await hub.NodeAsync(TestHub.Daye);
        var talent = (Talent.V1.Talent)RecordSamples.Full(CityEntityTypes.All.Of<Talent.V1.Talent>());
        var institution = (RdInstitution)RecordSamples.Full(CityEntityTypes.All.Of<RdInstitution>());
        institution.LeaderPid = talent.PersonPid;
        Assert.Equal(0, (await daye.PushAsync(TestHub.Daye, talent)).Counts.Quarantined);
        Assert.Equal(0, (await daye.PushAsync(TestHub.Daye, institution)).Counts.Quarantined);
        return (talent, institution);
    }

    private static async Task<string> PushOrganizationAsync(TestHub hub)
    {
        var organization = Make.Organization();
        (organization.ContactName, organization.ContactMobile) = ("张三", "13812345678");
        await (await hub.NodeAsync(TestHub.Daye)).PushAsync(TestHub.Daye, organization);
        return organization.Uscc;
    }

    /// <summary>The entries of a caller, oldest first.</summary>
    private async Task<List<AuditEntry>> EntriesAsync(TestHub hub, string caller)
    {
        var auditor = await hub.PersonAsync("auditor");
        var entries = await auditor.ListAuditEntriesAsync(new() { Caller = caller }, _limit.Token).ToListAsync(_limit.Token);
        entries.Reverse();
        return entries;
    }

    private static EntryContent Read(string method, string type, long records, string[] cut, bool isWithheld = false, string reason = "") =>
        new(AuditEvent.Read, method, type, records, string.Join(' ', cut), "", isWithheld, reason, "");

    private static EntryContent Refusal(string method, string type, string reason, string detail) =>
        new(AuditEvent.Refusal, method, type, 0, "", "", IsWithheld: false, reason, detail);

    private static EntryContent Content(AuditEntry entry) => new(
        entry.Event,
        entry.Method,
        entry.Type,
        entry.Records,
        string.Join(' ', entry.CutFields),
        string.Join(' ', entry.MaskedFields),
        entry.Withheld,
        entry.Reason,
        entry.Detail);

    private static async Task<ErrorReason> ReasonAsync(Func<Task> call) => (await Assert.ThrowsAsync<HubException>(call)).Reason;

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private sealed record EntryContent(
        AuditEvent Event, string Method, string Type, long Records, string Cut, string Masked, bool IsWithheld, string Reason, string Detail);
}
