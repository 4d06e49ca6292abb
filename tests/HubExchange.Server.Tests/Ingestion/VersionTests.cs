using Dapper;
using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Storage;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;

namespace HubExchange.Server.Tests.Ingestion;

/// <summary>What pushes do to what is stored: versions, history, deletions, several sources.</summary>
public sealed class VersionTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    private const string Type = "enterprise.organization";

    [Fact]
    public async Task ChangedRecord_BecomesANewVersion_AndTheOldOneStaysInTheHistory()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization(name: "甲");
        await client.PushAsync(TestHub.Daye, organization);
        organization.Name = "乙";

        var response = await client.PushAsync(TestHub.Daye, organization);

        Assert.Equal(1, response.Counts.Stored);
        var read = await client.GetAsync<Organization>(organization.Uscc);
        Assert.Equal(("乙", 2L), (read.Value.Name, read.Revision));
        Assert.Equal([("甲", 1L, true)], await HistoryAsync(organization.Uscc));
    }

    [Fact]
    public async Task BackDatedRecord_GoesToTheHistory_OnceEvenWhenPushedAgain()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization(name: "现名");
        await client.PushAsync(TestHub.Daye, organization, "2021-06-01");
        organization.Name = "原名";

        var first = await client.PushAsync(TestHub.Daye, organization, "2021-01-01");
        var again = await client.PushAsync(TestHub.Daye, organization, "2021-01-01");

        Assert.Equal((1, 1), (first.Counts.Stored, again.Counts.Unchanged));
        Assert.Equal("现名", (await client.GetAsync<Organization>(organization.Uscc)).Value.Name);
        Assert.Equal([("原名", 2L, false)], await HistoryAsync(organization.Uscc));

        organization.Name = "新名";
        await client.PushAsync(TestHub.Daye, organization, "2021-09-01");
        Assert.Equal(3, (await client.GetAsync<Organization>(organization.Uscc)).Revision);
    }

    [Fact]
    public async Task KeyTwiceInAFrame_MakesTwoVersionsInOrder()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var first = Make.Organization(name: "先");
        var second = new Organization(first) { Name = "后" };

        var response = await client.PushAsync(TestHub.Daye, first, second, second);

        Assert.Equal((2, 1), (response.Counts.Stored, response.Counts.Unchanged));
        var read = await client.GetAsync<Organization>(first.Uscc);
        Assert.Equal(("后", 2L), (read.Value.Name, read.Revision));
    }

    [Fact]
    public async Task DeletedRecord_IsGone_AndMayComeBack()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization();
        organization.BusinessState = BusinessState.Deregistered;
        await client.PushAsync(TestHub.Daye, organization);

        Assert.Equal(1, (await client.DeleteAsync<Organization>(TestHub.Daye, organization.Uscc)).Counts.Deleted);
        Assert.Equal(1, (await client.DeleteAsync<Organization>(TestHub.Daye, organization.Uscc)).Counts.Unchanged);
        await Assert.ThrowsAsync<HubException>(() => client.GetAsync<Organization>(organization.Uscc));

        // A deletion ends the life cycle: what was pushed by mistake may start anew.
        organization.BusinessState = BusinessState.Active;
        Assert.Equal(1, (await client.PushAsync(TestHub.Daye, organization)).Counts.Stored);
        Assert.Equal(3, (await client.GetAsync<Organization>(organization.Uscc)).Revision);
    }

    [Fact]
    public async Task DeletionOfAnUnknownKey_ChangesNothing()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);

        var response = await client.DeleteAsync<Organization>(TestHub.Daye, Make.Uscc());

        Assert.Equal((1, 0), (response.Counts.Unchanged, response.Counts.Deleted));
    }

    [Fact]
    public async Task ImpossibleTransition_IsQuarantined()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization();
        organization.BusinessState = BusinessState.Deregistered;
        await client.PushAsync(TestHub.Daye, organization);
        organization.BusinessState = BusinessState.Active;

        var response = await client.PushAsync(TestHub.Daye, organization);

        var violation = Assert.Single(Assert.Single(response.Rejected).Violations);
        Assert.Equal(("state.transition", "business_state"), (violation.Rule, violation.Field));
        Assert.Equal(BusinessState.Deregistered, (await client.GetAsync<Organization>(organization.Uscc)).Value.BusinessState);
    }

    [Fact]
    public async Task LowerCaseCode_IsTheSameRecord()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization();
        await client.PushAsync(TestHub.Daye, organization);

        var response = await client.PushAsync(
            TestHub.Daye, new Organization(organization) { Uscc = organization.Uscc.ToLowerInvariant() });

        Assert.Equal(1, response.Counts.Unchanged);
        Assert.Equal(organization.Uscc, (await client.GetAsync<Organization>(organization.Uscc.ToLowerInvariant())).Key);
    }

    [Fact]
    public async Task Warning_IsStoredWithTheRecord()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization();
        organization.EstablishedOn = "";

        var response = await client.PushAsync(TestHub.Daye, organization);

        Assert.Equal((1, 1), (response.Counts.Stored, response.Counts.Warned));
        Assert.Equal(["expected"], (await client.GetAsync<Organization>(organization.Uscc)).Envelope.Warnings);
    }

    [Fact]
    public async Task ValueOnlyTheDatabaseRefuses_IsQuarantinedAlone()
    {
        // The hub's own rules let nothing through that PostgreSQL refuses, so the test adds a constraint of its own.
        await using var hub = await TestHub.StartAsync(fixture.Cluster);
        await ExecuteAsync(hub, "alter table enterprise.organization add constraint no_such_name check (name <> '拒绝')");
        var client = await hub.NodeAsync(TestHub.Daye);
        var organizations = Enumerable.Range(0, 20).Select(i => Make.Organization(name: i is 3 or 17 ? "拒绝" : "接受")).ToList();

        var response = await client.PushAsync(TestHub.Daye, organizations);

        Assert.Equal((18, 2), (response.Counts.Stored, response.Counts.Quarantined));
        Assert.Equal([3, 17], response.Rejected.Select(rejected => rejected.Index));
        Assert.All(response.Rejected, rejected => Assert.Equal("store.refused", rejected.Violations.Last().Rule));
        Assert.Equal(18, await CountAsync(hub));
    }

    [Fact]
    public async Task WrongEffectiveDate_IsQuarantined()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);

        var response = await client.PushAsync(TestHub.Daye, Make.Organization(), "2021-13-01");

        Assert.Equal("effective_from.syntax", Assert.Single(response.Rejected).Violations.Single().Rule);
    }

    [Fact]
    public async Task NulInAKey_IsQuarantinedNotAnError()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);

        var response = await client.PushRecordsAsync(
            TestHub.Daye,
            CityEntityTypes.All.Of<Organization>(),
            [
                new Change { Delete = "a\0b" },
                new Change { Record = new Organization { Uscc = "a\0b", Name = "\0" }.ToByteString() },
            ]);

        Assert.Equal(2, response.Counts.Quarantined);
    }

    private async Task<List<(string Name, long Revision, bool WasCurrent)>> HistoryAsync(string uscc)
    {
        await using var connection = await fixture.Hub.Services.GetRequiredService<HubStorage>().DataSource.OpenConnectionAsync();
        return [.. await connection.QueryAsync<(string, long, bool)>(
            $"select name, hub_revision, hub_superseded_at is not null from enterprise.organization_version where hub_key = '{uscc}' order by hub_revision")];
    }

    private static async Task ExecuteAsync(TestHub hub, string sql)
    {
        await using var connection = await hub.Services.GetRequiredService<HubStorage>().DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }

    private static async Task<long> CountAsync(TestHub hub)
    {
        await using var connection = await hub.Services.GetRequiredService<HubStorage>().DataSource.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>($"select count(*) from {Type}");
    }
}
