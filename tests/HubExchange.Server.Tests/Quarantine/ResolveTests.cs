using HubExchange.Client;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Ingestion;
using HubExchange.Server.Storage;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;

namespace HubExchange.Server.Tests.Quarantine;

/// <summary>A refused change is closed by itself when its source sends the same record again and right.</summary>
public sealed class ResolveTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    private const string Type = "enterprise.organization";

    [Fact]
    public async Task Resolver_ClosesWhatIsOpenOfTheKeys_AndNothingElse()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var (mended, other) = (Make.Organization(name: ""), Make.Organization(name: ""));
        var ids = await RefuseAsync(client, mended, other);
        var at = new DateTime(2031, 5, 1, 8, 0, 0, DateTimeKind.Utc);

        await using (var connection = await fixture.Hub.Services.GetRequiredService<HubStorage>().DataSource.OpenConnectionAsync())
        {
            await QuarantineResolver.ResolveAsync(connection, "ND-420222", Type, [mended.Uscc], at, CancellationToken.None);
            await QuarantineResolver.ResolveAsync(connection, TestHub.Daye, "technology.demand", [mended.Uscc], at, CancellationToken.None);
            Assert.Equal(QuarantineState.Open, (await client.GetQuarantinedRecordAsync(ids[0])).State);
            await QuarantineResolver.ResolveAsync(connection, TestHub.Daye, Type, [mended.Uscc, Make.Uscc()], at, CancellationToken.None);
        }

        var resolved = await client.GetQuarantinedRecordAsync(ids[0]);
        Assert.Equal((QuarantineState.Resolved, at, ""), (resolved.State, resolved.ClosedAt.ToDateTime(), resolved.ClosedBy));
        Assert.Equal(QuarantineState.Open, (await client.GetQuarantinedRecordAsync(ids[1])).State);
    }

    [Fact]
    public async Task EndToEnd_LaterGoodRecord_ResolvesWhatWasRefused()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var bad = Make.Organization(name: "");
        var id = Assert.Single(await RefuseAsync(client, bad));

        await (await fixture.Hub.NodeAsync("ND-420222")).PushAsync("ND-420222", new Organization(bad) { Name = "别处" });
        Assert.Equal(QuarantineState.Open, (await client.GetQuarantinedRecordAsync(id)).State);
        await client.PushAsync(TestHub.Daye, new Organization(bad) { Name = "改正" });

        Assert.Equal(QuarantineState.Resolved, (await client.GetQuarantinedRecordAsync(id)).State);
    }

    [Fact]
    public async Task EndToEnd_UnchangedRecordAndDeletion_ResolveToo()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var (kept, deleted) = (Make.Organization(), Make.Organization());
        await client.PushAsync(TestHub.Daye, kept, deleted);
        var ids = await RefuseAsync(client, new Organization(kept) { Name = "" }, new Organization(deleted) { Name = "" });

        Assert.Equal(1, (await client.PushAsync(TestHub.Daye, kept)).Counts.Unchanged);
        await client.DeleteAsync<Organization>(TestHub.Daye, deleted.Uscc);

        Assert.Equal(QuarantineState.Resolved, (await client.GetQuarantinedRecordAsync(ids[0])).State);
        Assert.Equal(QuarantineState.Resolved, (await client.GetQuarantinedRecordAsync(ids[1])).State);
    }

    [Fact]
    public async Task EndToEnd_WithinAFrame_OnlyALaterGoodRecordResolves()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var (mended, spoilt) = (Make.Organization(), Make.Organization());

        var ids = await RefuseAsync(client, new Organization(mended) { Name = "" }, mended, spoilt, new Organization(spoilt) { Name = "" });

        Assert.Equal(QuarantineState.Resolved, (await client.GetQuarantinedRecordAsync(ids[0])).State);
        Assert.Equal(QuarantineState.Open, (await client.GetQuarantinedRecordAsync(ids[1])).State);
    }

    private static async Task<List<long>> RefuseAsync(HubClient client, params Organization[] records) =>
        [.. (await client.PushAsync(TestHub.Daye, records)).Rejected.Select(rejected => rejected.QuarantineId)];
}
