using Dapper;
using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Enterprise.V1;
using HubExchange.Region.V1;
using HubExchange.Server.Storage;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;

namespace HubExchange.Server.Tests.Quarantine;

/// <summary>After a rule or the reference data changed, what was refused can be checked again as it came and in its order.</summary>
public sealed class ReplayTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    [Fact]
    public async Task Replay_StoresInOriginalOrder_WhatIsRightNow()
    {
        await using var hub = await StartWithoutDayeAsync();
        var client = await hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization(name: "甲");
        var ids = await RefuseAsync(client, organization, new Organization(organization) { Name = "乙" }, Make.Organization(name: ""));
        await RegisterAsync(hub, "420281");

        var response = await (await hub.PersonAsync("county", TestHub.Daye)).ReplayQuarantinedRecordsAsync(rule: "division.unknown");

        Assert.Equal((2L, 1L, 0), (response.Counts.Stored, response.Counts.Quarantined, response.Skipped));
        var stored = await client.GetAsync<Organization>(organization.Uscc);
        Assert.Equal(("乙", 2L), (stored.Value.Name, stored.Revision));
        var rejected = Assert.Single(response.Rejected);
        Assert.Equal((ids[2], "required"), (rejected.QuarantineId, Assert.Single(rejected.Violations).Rule));
        var replayed = await client.GetQuarantinedRecordAsync(ids[0]);
        Assert.Equal((QuarantineState.Replayed, "test-county"), (replayed.State, replayed.ClosedBy));
        Assert.Equal(QuarantineState.Replayed, (await client.GetQuarantinedRecordAsync(ids[1])).State);

        // What is still wrong stays as the one row it was, with what is wrong today.
        var open = await client.ListQuarantinedRecordsAsync().SingleAsync();
        Assert.Equal((ids[2], "required"), (open.Id, Assert.Single(open.Violations).Rule));
        Assert.Equal(2, await CountAsync(hub, "state = 'REPLAYED'"));
        Assert.Equal(3, await CountAsync(hub, "true"));
    }

    [Fact]
    public async Task ReplayedChangeWithoutDate_HoldsFromTheDayItCame()
    {
        await using var hub = await StartWithoutDayeAsync();
        var client = await hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization();
        var id = Assert.Single(await RefuseAsync(client, organization));
        await ExecuteAsync(hub, "update hub.quarantine set recorded_at = '2021-03-04 17:00:00Z'");
        await RegisterAsync(hub, "420281");

        var response = await client.ReplayQuarantinedRecordsAsync([id]);

        Assert.Empty(response.Rejected);
        Assert.Equal("2021-03-05", (await client.GetAsync("enterprise.organization", organization.Uscc)).EffectiveFrom);
    }

    [Fact]
    public async Task ReplayOfTheNewerChange_ResolvesTheOlderOne()
    {
        await using var hub = await StartWithoutDayeAsync();
        var client = await hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization(name: "甲");
        var ids = await RefuseAsync(client, organization, new Organization(organization) { Name = "乙" });
        await RegisterAsync(hub, "420281");

        await client.ReplayQuarantinedRecordsAsync([ids[1]]);
        var again = await client.ReplayQuarantinedRecordsAsync(ids);

        Assert.Equal(QuarantineState.Resolved, (await client.GetQuarantinedRecordAsync(ids[0])).State);
        Assert.Equal((2, 0L), (again.Skipped, again.Counts.Stored));
        Assert.Equal("乙", (await client.GetAsync<Organization>(organization.Uscc)).Value.Name);
    }

    [Fact]
    public async Task Replay_GoesOnOverPages_AndEndsWhenAllIsStillWrong()
    {
        await using var hub = await TestHub.StartAsync(fixture.Cluster, "--Ingestion:MaxChanges=400");
        var client = await hub.NodeAsync(TestHub.Daye);
        for (var i = 0; i < 3; i++)
        {
            await client.PushAsync(TestHub.Daye, Enumerable.Range(0, 400).Select(_ => Make.Organization(name: "")));
        }

        var response = await client.ReplayQuarantinedRecordsAsync(source: TestHub.Daye);

        Assert.Equal((1200L, 1000), (response.Counts.Quarantined, response.Rejected.Count));
        Assert.Equal(1200, await CountAsync(hub, "state = 'OPEN'"));
    }

    [Fact]
    public async Task ChangesOfAnotherSource_CannotBeReplayed()
    {
        var id = Assert.Single(await RefuseAsync(await fixture.Hub.NodeAsync(TestHub.Daye), Make.Organization(name: "")));
        var other = await fixture.Hub.NodeAsync("ND-420222");
        var bureau = await fixture.Hub.PersonAsync("bureau");

        Assert.Equal(ErrorReason.QuarantineNotFound, await ReasonAsync(() => other.ReplayQuarantinedRecordsAsync([id])));
        Assert.Equal(ErrorReason.SourceMismatch, await ReasonAsync(() => other.ReplayQuarantinedRecordsAsync(source: TestHub.Daye)));
        Assert.Equal(ErrorReason.PermissionMissing, await ReasonAsync(() => bureau.ReplayQuarantinedRecordsAsync([id])));
    }

    [Fact]
    public async Task RequestWithNothing_OrWithBoth_IsInvalid()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);

        Assert.Equal(ErrorReason.RequestInvalid, await ReasonAsync(() => client.ReplayQuarantinedRecordsAsync()));
        Assert.Equal(ErrorReason.RequestInvalid, await ReasonAsync(() => client.ReplayQuarantinedRecordsAsync([])));
    }

    [Fact]
    public async Task UnreadableChange_StaysOpenAsItCame()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var change = new Change { Record = ByteString.CopyFrom(0xFF, 0xFF) };
        var id = (await client.PushRecordsAsync(TestHub.Daye, Contracts.Entities.CityEntityTypes.All.Of<Organization>(), [change]))
            .Rejected.Single().QuarantineId;

        var response = await client.ReplayQuarantinedRecordsAsync([id]);

        Assert.Equal(1, response.Counts.Quarantined);
        var kept = await client.GetQuarantinedRecordAsync(id);
        Assert.Equal((QuarantineState.Open, "record.unreadable"), (kept.State, Assert.Single(kept.Violations).Rule));
        Assert.Equal(change.ToByteString(), kept.Payload);
    }

    // The list of the prefecture's divisions is complete as soon as it has one, so 420281 is unknown until it is registered.
    private async Task<TestHub> StartWithoutDayeAsync()
    {
        var hub = await TestHub.StartAsync(fixture.Cluster);
        await RegisterAsync(hub, "420222");
        return hub;
    }

    private static async Task RegisterAsync(TestHub hub, string code)
    {
        var division = new Division { DivisionCode = code, Name = code, Kind = DivisionKind.County };
        Assert.Equal(1, (await (await hub.CityAsync()).PushAsync(TestHub.City, division)).Counts.Stored);
    }

    private static async Task<List<long>> RefuseAsync(HubClient client, params Organization[] records)
    {
        var rejected = (await client.PushAsync(TestHub.Daye, records)).Rejected;
        Assert.Equal(records.Length, rejected.Count);
        return [.. rejected.Select(each => each.QuarantineId)];
    }

    private static async Task<ErrorReason> ReasonAsync(Func<Task> call) => (await Assert.ThrowsAsync<HubException>(call)).Reason;

    private static async Task<long> CountAsync(TestHub hub, string condition)
    {
        await using var connection = await hub.Services.GetRequiredService<HubStorage>().DataSource.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>($"select count(*) from hub.quarantine where {condition}");
    }

    private static async Task ExecuteAsync(TestHub hub, string sql)
    {
        await using var connection = await hub.Services.GetRequiredService<HubStorage>().DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }
}
