using HubExchange.Testing;

namespace HubExchange.Server.Tests.Reconciliation;

/// <summary>A hub that reconciles only when it is told to.</summary>
public sealed class QuietHubFixture(SharedCluster cluster) : IAsyncLifetime
{
    public TestHub Hub { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Hub = await TestHub.StartAsync(cluster.Cluster, "--Reconciliation:RunOnDifference=false");

    public ValueTask DisposeAsync() => Hub.DisposeAsync();
}
