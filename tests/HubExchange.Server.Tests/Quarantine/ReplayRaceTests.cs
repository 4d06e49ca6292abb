using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Identity;
using HubExchange.Server.Ingestion;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;

namespace HubExchange.Server.Tests.Quarantine;

/// <summary>A replay never covers what came while it was under way.</summary>
public sealed class ReplayRaceTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    [Fact]
    public async Task FrameWithAChangeThatWasClosedMeanwhile_WritesNothing()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization(name: "");
        var id = (await client.PushAsync(TestHub.Daye, organization)).Rejected.Single().QuarantineId;
        organization.Name = "新名";
        await client.PushAsync(TestHub.Daye, organization);

        // What a replay would write that had read the change before the new record came.
        var replay = Frame(new Organization(organization) { Name = "旧名" }) with { Replayed = [id] };
        await Assert.ThrowsAsync<ReplayOvertakenException>(
            () => fixture.Hub.Services.GetRequiredService<FrameWriter>().WriteAsync(1, () => replay, CancellationToken.None));

        Assert.Equal("新名", (await client.GetAsync<Organization>(organization.Uscc)).Value.Name);
        Assert.Equal(QuarantineState.Resolved, (await client.GetQuarantinedRecordAsync(id)).State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReplayInOneBatchWithANewRecord_IsOvertaken(bool isReplayFirst)
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization(name: "");
        var id = (await client.PushAsync(TestHub.Daye, organization)).Rejected.Single().QuarantineId;
        var replay = Frame(new Organization(organization) { Name = "旧名" }) with { Replayed = [id] };
        var push = Frame(new Organization(organization) { Name = "新名" });

        var batches = fixture.Hub.Services.GetRequiredService<BatchWriter>();
        await Assert.ThrowsAsync<ReplayOvertakenException>(
            () => batches.WriteAsync(isReplayFirst ? [replay, push] : [push, replay], isCareful: false, CancellationToken.None));

        Assert.Equal(QuarantineState.Open, (await client.GetQuarantinedRecordAsync(id)).State);
    }

    private FrameWrite Frame(Organization organization)
    {
        var type = CityEntityTypes.All.Of<Organization>();
        var caller = new Caller(
            TestHub.Daye, Caller.NodeRole, TestHub.Daye, NodeKind.County, Roles.PermissionsOf(Caller.NodeRole), DateTimeOffset.MaxValue);
        var changes = fixture.Hub.Services.GetRequiredService<ChangeReader>().Read(type, [new Change { Record = organization.ToByteString() }]);
        return new FrameWrite(type, caller, null, 0, [], changes);
    }
}
