using HubExchange.Client;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Quarantine;

/// <summary>Whoever mends records sees first what is wrong most.</summary>
public sealed class QuarantineGroupTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    [Fact]
    public async Task Groups_CountOpenChangesByTypeRuleFieldAndSource()
    {
        await using var hub = await TestHub.StartAsync(fixture.Cluster);
        var daye = await hub.NodeAsync(TestHub.Daye);
        var unnamed = (await daye.PushAsync(TestHub.Daye, Enumerable.Range(0, 3).Select(_ => Make.Organization(name: "")))).Rejected;
        var both = Make.Organization(name: "");
        both.ContactMobile = "1";
        await daye.PushAsync(TestHub.Daye, both);
        await (await hub.NodeAsync("ND-420222")).PushAsync("ND-420222", Make.Organization(name: ""));
        await daye.DiscardQuarantinedRecordsAsync([unnamed[0].QuarantineId], "重复");

        var groups = await (await hub.PersonAsync("bureau")).ListQuarantineGroupsAsync(pageSize: 1).ToListAsync();

        Assert.Equal(
            [
                ("mobile.syntax", "contact_mobile", TestHub.Daye, 1L),
                ("required", "name", "ND-420222", 1L),
                ("required", "name", TestHub.Daye, 3L),
            ],
            groups.Select(group => (group.Rule, group.Field, group.Source, group.Count)));
        var largest = groups[2];
        Assert.Equal("enterprise.organization", largest.Type);
        Assert.True(largest.FirstRecordedAt < largest.LastRecordedAt);
        Assert.Equal(both.Uscc, (await daye.GetQuarantinedRecordAsync(largest.ExampleId)).Key);
    }

    [Fact]
    public async Task Groups_OfANode_AreItsOwn()
    {
        await using var hub = await TestHub.StartAsync(fixture.Cluster);
        await (await hub.NodeAsync(TestHub.Daye)).PushAsync(TestHub.Daye, Make.Organization(name: ""));
        var other = await hub.NodeAsync("ND-420222");

        Assert.Empty(await other.ListQuarantineGroupsAsync().ToListAsync());
        Assert.Empty(await other.ListQuarantineGroupsAsync(source: TestHub.Daye).ToListAsync());
        Assert.Single(await (await hub.PersonAsync("county", TestHub.Daye)).ListQuarantineGroupsAsync(rule: "required").ToListAsync());
    }
}
