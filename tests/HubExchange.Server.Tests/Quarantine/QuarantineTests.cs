using HubExchange.Client;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Quarantine;

/// <summary>Every refused change can be found again, with its reasons, by those it concerns.</summary>
public sealed class QuarantineTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    [Fact]
    public async Task RefusedRecord_IsListedWithItsReasons_AndKeptAsReceived()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var bad = Make.Organization(name: "");
        var refused = (await client.PushAsync(TestHub.Daye, bad)).Rejected.Single();

        var listed = await client.ListQuarantinedRecordsAsync().FirstAsync(record => record.Id == refused.QuarantineId);
        var kept = await client.GetQuarantinedRecordAsync(refused.QuarantineId);

        Assert.Equal((TestHub.Daye, bad.Uscc, "enterprise.organization"), (listed.Source, listed.Key, listed.Type));
        var violation = Assert.Single(kept.Violations);
        Assert.Equal(("required", "name", Severity.Error), (violation.Rule, violation.Field, violation.Severity));
        Assert.NotEmpty(violation.MessageZh);
        Assert.NotEmpty(violation.MessageEn);
        Assert.Equal(bad, Enterprise.V1.Organization.Parser.ParseFrom(Change.Parser.ParseFrom(kept.Payload).Record));
    }

    [Fact]
    public async Task RefusedRecord_IsHiddenFromOtherNodes_AndShownToTheBureauWithoutItsContent()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var id = (await client.PushAsync(TestHub.Daye, Make.Organization(name: ""))).Rejected.Single().QuarantineId;

        var other = await Assert.ThrowsAsync<HubException>(async () => await (await fixture.Hub.NodeAsync("ND-420222")).GetQuarantinedRecordAsync(id));
        Assert.Equal(ErrorReason.QuarantineNotFound, other.Reason);
        Assert.True((await (await fixture.Hub.PersonAsync("bureau")).GetQuarantinedRecordAsync(id)).Payload.IsEmpty);
        Assert.False((await (await fixture.Hub.PersonAsync("county", TestHub.Daye)).GetQuarantinedRecordAsync(id)).Payload.IsEmpty);
    }

    [Fact]
    public async Task Pages_CoverTheListOnce_NewestFirst()
    {
        await using var hub = await TestHub.StartAsync(fixture.Cluster);
        var client = await hub.NodeAsync(TestHub.Daye);
        await client.PushAsync(TestHub.Daye, Enumerable.Range(0, 7).Select(_ => Make.Organization(name: "")));
        var mobile = Make.Organization();
        mobile.ContactMobile = "1";
        await client.PushAsync(TestHub.Daye, mobile);

        var all = await client.ListQuarantinedRecordsAsync(pageSize: 3).Select(record => record.Id).ToListAsync();
        var byRule = await client.ListQuarantinedRecordsAsync(rule: "mobile.syntax").ToListAsync();

        Assert.Equal(8, all.Distinct().Count());
        Assert.Equal(all.OrderDescending(), all);
        Assert.Equal("", Assert.Single(byRule).Violations.Single().Value);
    }
}
