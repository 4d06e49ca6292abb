using HubExchange.Client;
using HubExchange.Enterprise.V1;
using HubExchange.Region.V1;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Quarantine;

/// <summary>A change that is refused once more while it is still open keeps its one place in quarantine.</summary>
public sealed class RepeatedRefusalTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    [Fact]
    public async Task SameChangeAgain_IsReportedUnderItsNumber_AndKeptOnce()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var bad = Make.Organization(name: "");

        var first = await client.PushAsync(TestHub.Daye, bad);
        var again = await client.PushAsync(TestHub.Daye, bad, bad);

        var id = Assert.Single(first.Rejected).QuarantineId;
        Assert.Equal(2, again.Counts.Quarantined);
        Assert.Equal([(0, id), (1, id)], again.Rejected.Select(rejected => (rejected.Index, rejected.QuarantineId)));
        Assert.All(again.Rejected, rejected => Assert.Equal(first.Rejected[0].Violations, rejected.Violations));
        Assert.Equal([id], await OpenAsync(client, bad.Uscc));
    }

    [Fact]
    public async Task SameChangeByAStream_IsReportedUnderItsNumber_AndKeptOnce()
    {
        var identity = await fixture.Hub.IdentityOfAsync(TestHub.Daye);
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var bad = Make.Organization(name: "");
        var id = Assert.Single((await client.PushAsync(TestHub.Daye, bad)).Rejected).QuarantineId;

        var (push, _) = await RawPush.OpenAsync(fixture.Hub, identity, "repeated");
        await using var _ = push;
        await push.SendAsync(1, "enterprise.organization", bad);
        var ack = (await push.ReceiveAsync()).Ack;

        Assert.Equal((1, id), (ack.Counts.Quarantined, Assert.Single(ack.Rejected).QuarantineId));
        Assert.Equal([id], await OpenAsync(client, bad.Uscc));
    }

    [Fact]
    public async Task OtherContentOfTheKey_OrOfAnotherSource_HasANumberOfItsOwn()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var bad = Make.Organization(name: "");
        var id = Assert.Single((await client.PushAsync(TestHub.Daye, bad)).Rejected).QuarantineId;

        var other = Assert.Single((await client.PushAsync(TestHub.Daye, new Organization(bad) { ContactMobile = "1" })).Rejected).QuarantineId;
        var elsewhere = Assert.Single((await (await fixture.Hub.NodeAsync("ND-420222")).PushAsync("ND-420222", bad)).Rejected).QuarantineId;

        Assert.Equal(3, new[] { id, other, elsewhere }.Distinct().Count());
        Assert.Equal([id, other], await OpenAsync(client, bad.Uscc));
    }

    [Fact]
    public async Task OnceMended_TheSameChangeIsKeptAnew()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var bad = Make.Organization(name: "");
        var good = new Organization(bad) { Name = "改正" };
        var id = Assert.Single((await client.PushAsync(TestHub.Daye, bad)).Rejected).QuarantineId;

        // Closed between its second and its third time, in one push.
        var ids = (await client.PushAsync(TestHub.Daye, bad, good, bad)).Rejected.Select(rejected => rejected.QuarantineId).ToList();

        Assert.Equal(id, ids[0]);
        Assert.NotEqual(id, ids[1]);
        Assert.Equal(QuarantineState.Resolved, (await client.GetQuarantinedRecordAsync(id)).State);
        Assert.Equal([ids[1]], await OpenAsync(client, bad.Uscc));
    }

    [Fact]
    public async Task WhatIsWrongToday_ReplacesWhatWasWrong()
    {
        // The list of divisions counts from its first one on, so 420281 is unknown until it is registered.
        await using var hub = await TestHub.StartAsync(fixture.Cluster);
        var city = await hub.CityAsync();
        await city.PushAsync(TestHub.City, Division("420222"));
        var client = await hub.NodeAsync(TestHub.Daye);
        var bad = Make.Organization(name: "");
        var first = Assert.Single((await client.PushAsync(TestHub.Daye, bad)).Rejected);
        Assert.Contains("division.unknown", first.Violations.Select(violation => violation.Rule));

        await city.PushAsync(TestHub.City, Division("420281"));
        var again = Assert.Single((await client.PushAsync(TestHub.Daye, bad)).Rejected);

        Assert.Equal(first.QuarantineId, again.QuarantineId);
        Assert.Equal(again.Violations, (await client.GetQuarantinedRecordAsync(first.QuarantineId)).Violations);
        Assert.Equal("required", Assert.Single(again.Violations).Rule);
        Assert.Empty(await client.ListQuarantinedRecordsAsync(rule: "division.unknown").ToListAsync());
    }

    [Fact]
    public async Task KeyTooLongForAnyIndex_IsRefusedLikeAnyOther()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var random = new Random(1);
        var key = string.Concat(Enumerable.Range(0, 20_000).Select(_ => (char)random.Next(0x4e00, 0x9fff)));

        var response = await client.DeleteAsync<Organization>(TestHub.Daye, key);

        var refused = Assert.Single(response.Rejected);
        Assert.StartsWith(key[..100], refused.Key, StringComparison.Ordinal);
        var kept = await client.GetQuarantinedRecordAsync(refused.QuarantineId);
        Assert.Equal(key, Change.Parser.ParseFrom(kept.Payload).Delete);
    }

    private static Division Division(string code) => new() { DivisionCode = code, Name = code, Kind = DivisionKind.County };

    private static ValueTask<List<long>> OpenAsync(HubClient client, string key) =>
        client.ListQuarantinedRecordsAsync().Where(record => record.Key == key).Select(record => record.Id).Order().ToListAsync();
}
