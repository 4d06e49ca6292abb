using HubExchange.Server.Tests.Identity;
using HubExchange.Testing;

namespace HubExchange.Server.Tests.Hosting;

/// <summary>Traces: what happened and how long it took, and nothing of what is in the records.</summary>
public sealed class TraceTests(SharedCluster cluster)
{
    [Fact]
    public async Task CallsBatchesAndStatementsAreTraced_WithoutContentsKeysOrPersons()
    {
        await using var collector = await TraceCollector.StartAsync();
        await using var hub = await TestHub.StartAsync(
            cluster.Cluster,
            $"--OTEL_EXPORTER_OTLP_ENDPOINT={collector.Endpoint}",
            "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
            "--OTEL_BSP_SCHEDULE_DELAY=50");
        var daye = await hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization(name: "踪迹中不该有的名称");
        var talent = new Talent.V1.Talent { Name = "踪迹中不该有的姓名", Mobile = "13987654321-no" };
        await daye.PushAsync(TestHub.Daye, organization);
        await daye.PushAsync(TestHub.Daye, talent);
        using var caller = RawCaller.WithIdentity(hub, await hub.IdentityOfAsync(TestHub.Daye));
        using var read = await caller.Http.GetAsync($"/v1/types/enterprise.organization/records/{organization.Uscc}?source=secret-filter");

        string[] expected = ["ingest batch", "hub.batch.changes", "commit", "insert into", "hubexchange.v1.PushService/PushRecords", "/v1/types/"];
        await Eventually.HoldsAsync(
            () => Array.TrueForAll(expected, text => collector.Text.Contains(text, StringComparison.OrdinalIgnoreCase)), "all spans arrive");

        string[] secret = [organization.Name, organization.Uscc, talent.Name, talent.Mobile, "secret-filter"];
        Assert.All(secret, text => Assert.DoesNotContain(text, collector.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task WithoutAnEndpoint_NothingIsTraced()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);

        Assert.Null(hub.Services.GetService(typeof(OpenTelemetry.Trace.TracerProvider)));
    }
}
