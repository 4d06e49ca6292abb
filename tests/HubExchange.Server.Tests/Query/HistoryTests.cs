using HubExchange.Client;
using HubExchange.Enterprise.V1;
using HubExchange.Region.V1;
using HubExchange.Testing;
using HubExchange.V1;
using Loan = HubExchange.Mechanism.V1.Loan;

namespace HubExchange.Server.Tests.Query;

/// <summary>The versions of a record and what each changed.</summary>
public sealed class HistoryTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    private const string Other = "ND-420222";

    [Fact]
    public async Task Versions_AreComparedWithTheOneInForceBefore_BackDatedOnesInBetween()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization(name: "甲");
        await client.PushAsync(TestHub.Daye, organization, "2021-01-01");
        await client.PushAsync(TestHub.Daye, new Organization(organization) { Name = "丙", StaffTotal = 5 }, "2021-06-01");
        await client.PushAsync(TestHub.Daye, new Organization(organization) { Name = "乙", ZoneIds = { "420281-Z001" } }, "2021-03-01");

        var versions = (await client.ListHistoryAsync<Organization>(organization.Uscc).ToListAsync()).ToDictionary(version => version.Record.Revision);

        Assert.Equal((1, 3), (versions[3].PreviousRevision, versions[2].PreviousRevision));
        Assert.Equal(["name 甲→乙", "zone_ids →[\"420281-Z001\"]"], Texts(versions[3]));
        Assert.Equal(["name 乙→丙", "zone_ids [\"420281-Z001\"]→", "staff_total →5"], Texts(versions[2]));
        Assert.Equal((true, null), (versions[2].Latest, versions[2].SupersededAt));
        Assert.Equal((false, null), (versions[3].Latest, versions[3].SupersededAt));
        Assert.Equal(versions[2].Record.RecordedAt, versions[1].SupersededAt);
        Assert.Equal("名称", versions[3].Changes[0].Label);
        Assert.Contains("org_kind →ENTERPRISE", Texts(versions[1]));
    }

    [Fact]
    public async Task Deletion_IsAVersion_ThatTakesEveryFieldAway()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization(name: "删除");
        await client.PushAsync(TestHub.Daye, organization);
        await client.DeleteAsync<Organization>(TestHub.Daye, organization.Uscc);

        var versions = await client.ListHistoryAsync<Organization>(organization.Uscc).ToListAsync();

        Assert.True(versions[0].Record.Deleted);
        Assert.Contains("name 删除→", Texts(versions[0]));
        Assert.Equal(versions[1].Changes.Select(change => change.Field), versions[0].Changes.Select(change => change.Field));
    }

    [Fact]
    public async Task NestedFields_AreComparedElementByElement()
    {
        var city = await fixture.Hub.CityAsync();
        var zone = new LayoutDefinition { LayoutId = "hist", Name = "布局", ValidFrom = "2020-01-01", Zones = { new LayoutGroup { Id = "A", Name = "甲" }, new LayoutGroup { Id = "B", Name = "乙" } } };
        await city.PushAsync(TestHub.City, zone);
        var revised = new LayoutDefinition(zone);
        revised.Zones[1].Name = "丙";
        revised.Zones.Add(new LayoutGroup { Id = "C", Name = "丁" });
        await city.PushAsync(TestHub.City, revised);

        var versions = await city.ListHistoryAsync<LayoutDefinition>("hist").ToListAsync();

        Assert.Equal(["zones[1].name 乙→丙", "zones[2].id →C", "zones[2].name →丁"], Texts(versions[0]));
        Assert.Equal("区[2].名称", versions[0].Changes[0].Label);
    }

    [Fact]
    public async Task Sources_AreToldApart_AndTheHubsOwnVersionsAreAmongThem()
    {
        var daye = await fixture.Hub.NodeAsync(TestHub.Daye);
        var other = await fixture.Hub.NodeAsync(Other);
        var organization = Make.Organization(name: "甲");
        await daye.PushAsync(TestHub.Daye, organization, "2021-01-01");
        await other.PushAsync(Other, new Organization(organization) { Name = "乙" }, "2021-02-01");

        Assert.Equal(
            [("HUB", 1), (Other, 1), (TestHub.Daye, 1)],
            await daye.ListHistoryAsync<Organization>(organization.Uscc).Select(version => (version.Record.Source, (int)version.Record.Revision)).ToListAsync());
        Assert.Equal([Other, TestHub.Daye], await daye.ListHistoryAsync<Organization>(organization.Uscc, "-").Select(version => version.Record.Source).ToListAsync());
        Assert.Equal([Other], await daye.ListHistoryAsync<Organization>(organization.Uscc, Other).Select(version => version.Record.Source).ToListAsync());
    }

    [Fact]
    public async Task Pages_CoverTheHistoryOnce()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization();

        // Several versions of one push are recorded at the same instant.
        for (var push = 0; push < 3; push++)
        {
            await client.PushAsync(TestHub.Daye, Enumerable.Range(0, 4).Select(i => new Organization(organization) { Name = $"{push}{i}" }));
        }

        var versions = await client.ListHistoryAsync("enterprise.organization", organization.Uscc, pageSize: 5).ToListAsync();

        Assert.Equal(Enumerable.Range(1, 12).Reverse(), versions.Select(version => (int)version.Record.Revision));
    }

    [Fact]
    public async Task HiddenFieldsAndRows_AreNotInTheHistory()
    {
        var daye = await fixture.Hub.NodeAsync(TestHub.Daye);
        var other = await fixture.Hub.NodeAsync(Other);
        var organization = Make.Organization();
        organization.ContactMobile = "13800000000";
        await daye.PushAsync(TestHub.Daye, organization);
        await daye.PushAsync(TestHub.Daye, new Organization(organization) { ContactMobile = "13900000000" });
        var loan = (Loan)RecordSamples.Full(Contracts.Entities.CityEntityTypes.All.Of<Loan>());
        await daye.PushAsync(TestHub.Daye, loan);

        var own = await daye.ListHistoryAsync<Organization>(organization.Uscc).ToListAsync();
        var seen = await other.ListHistoryAsync<Organization>(organization.Uscc).ToListAsync();
        var refused = await Assert.ThrowsAsync<HubException>(async () => await other.ListHistoryAsync<Loan>(loan.LoanId).ToListAsync());

        Assert.Equal(["contact_mobile 13800000000→13900000000"], Texts(own[0]));
        Assert.Empty(seen[0].Changes);
        Assert.Equal(["contact_mobile"], seen[0].Record.CutFields);
        Assert.All(seen, version => Assert.Empty(version.Record.Payload.Unpack<Organization>().ContactMobile));
        Assert.Equal(ErrorReason.RecordNotFound, refused.Reason);
        Assert.Single(await daye.ListHistoryAsync<Loan>(loan.LoanId).ToListAsync());
    }

    private static IEnumerable<string> Texts(HistoryVersion version) =>
        version.Changes.Select(change => $"{change.Field} {change.OldValue}→{change.NewValue}");
}
