using Google.Protobuf;
using Grpc.Core;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Identity;

/// <summary>Every node writes as itself only, and reference data comes from the bureau alone; by stream and by unary call alike.</summary>
public sealed class SourceTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    private static readonly Contracts.Entities.EntityType Organization = CityEntityTypes.All.Of<Organization>();

    [Fact]
    public async Task PushingAsAnotherSource_IsRefused()
    {
        var daye = await fixture.Hub.NodeAsync(TestHub.Daye);

        var unary = await Assert.ThrowsAsync<HubException>(() => daye.PushRecordsAsync(TestHub.City, Organization, [Sample(Organization)]));
        var stream = await Assert.ThrowsAsync<HubException>(() => daye.OpenPushAsync(TestHub.City, [Organization]));

        Assert.All([unary, stream], refused =>
        {
            Assert.Equal((StatusCode.PermissionDenied, ErrorReason.SourceMismatch), (refused.StatusCode, refused.Reason));
            Assert.Equal((TestHub.Daye, TestHub.City), (refused.Metadata["caller"], refused.Metadata["source"]));
        });
    }

    [Fact]
    public async Task PersonOfANode_PushesAsThatNodeOnly()
    {
        await fixture.Hub.IdentityOfAsync("ND-STAFF");
        var person = await fixture.Hub.PersonAsync("county", "ND-STAFF");

        var response = await person.PushRecordsAsync("ND-STAFF", Organization, [Sample(Organization)]);
        var refused = await Assert.ThrowsAsync<HubException>(() => person.PushRecordsAsync(TestHub.Daye, Organization, [Sample(Organization)]));

        Assert.Equal(1, response.Counts.Stored);
        Assert.Equal(ErrorReason.SourceMismatch, refused.Reason);
    }

    [Theory]
    [InlineData("region.division")]
    [InlineData("hub.node")]
    public async Task ReferenceData_IsNotTakenFromACounty(string id)
    {
        var type = CityEntityTypes.All.Find(id)!;
        var daye = await fixture.Hub.NodeAsync(TestHub.Daye);

        var unary = await Assert.ThrowsAsync<HubException>(() => daye.PushRecordsAsync(TestHub.Daye, type, [Sample(type)]));
        var stream = await Assert.ThrowsAsync<HubException>(() => daye.PushAsync(
            TestHub.Daye, type, Changes(type), new HubExchange.Client.Push.PushOptions { Stream = id.Replace('_', '-') }));

        Assert.All([unary, stream], refused =>
        {
            Assert.Equal((StatusCode.PermissionDenied, ErrorReason.TypeNotWritable), (refused.StatusCode, refused.Reason));
            Assert.Equal((id, TestHub.Daye), (refused.Metadata["type"], refused.Metadata["caller"]));
        });
    }

    private static Change Sample(Contracts.Entities.EntityType type) => new() { Record = RecordSamples.Minimal(type).ToByteString() };

    private static async IAsyncEnumerable<Change> Changes(Contracts.Entities.EntityType type)
    {
        await Task.CompletedTask;
        yield return Sample(type);
    }
}
