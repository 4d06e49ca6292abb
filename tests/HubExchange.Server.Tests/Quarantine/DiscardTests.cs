using HubExchange.Client;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Quarantine;

/// <summary>A refused change that nobody will mend is closed with a reason, by those it concerns.</summary>
public sealed class DiscardTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    [Fact]
    public async Task DiscardedChange_KeepsWhoAndWhy_AndLeavesTheOpenList()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var id = await RefuseAsync(client);

        var first = await (await fixture.Hub.PersonAsync("bureau")).DiscardQuarantinedRecordsAsync([id], "企业已注销");
        var again = await client.DiscardQuarantinedRecordsAsync([id, id], "另一理由");

        Assert.Equal((1, 0), (first, again));
        var closed = await client.GetQuarantinedRecordAsync(id);
        Assert.Equal((QuarantineState.Discarded, "test-bureau", "企业已注销"), (closed.State, closed.ClosedBy, closed.CloseReason));
        Assert.True(closed.ClosedAt >= closed.RecordedAt);
        Assert.DoesNotContain(await client.ListQuarantinedRecordsAsync(pageSize: 1000).ToListAsync(), record => record.Id == id);
        Assert.Contains(
            await client.ListQuarantinedRecordsAsync(state: QuarantineState.Discarded).ToListAsync(), record => record.Id == id);
    }

    [Fact]
    public async Task ChangeOfAnotherSource_IsNotFound_AndNothingOfTheRequestIsDiscarded()
    {
        var daye = await RefuseAsync(await fixture.Hub.NodeAsync(TestHub.Daye));
        var other = await fixture.Hub.NodeAsync("ND-420222");
        var own = (await other.PushAsync("ND-420222", Make.Organization(name: ""))).Rejected.Single().QuarantineId;

        var refused = await Assert.ThrowsAsync<HubException>(() => other.DiscardQuarantinedRecordsAsync([own, daye], "误报"));

        Assert.Equal(ErrorReason.QuarantineNotFound, refused.Reason);
        Assert.Equal(QuarantineState.Open, (await other.GetQuarantinedRecordAsync(own)).State);
    }

    [Theory]
    [InlineData(0, "重复", "ids")]
    [InlineData(1001, "重复", "ids")]
    [InlineData(1, " ", "reason")]
    [InlineData(1, "第一行\n第二行", "reason")]
    public async Task WrongRequest_NamesTheField(int ids, string reason, string field)
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);

        var refused = await Assert.ThrowsAsync<HubException>(
            () => client.DiscardQuarantinedRecordsAsync(Enumerable.Range(1, ids).Select(id => (long)id), reason));

        Assert.Equal((ErrorReason.RequestInvalid, field), (refused.Reason, Assert.Single(refused.FieldViolations).Field));
    }

    private static async Task<long> RefuseAsync(HubClient client) =>
        (await client.PushAsync(TestHub.Daye, Make.Organization(name: ""))).Rejected.Single().QuarantineId;
}
