using HubExchange.Testing;

namespace HubExchange.EndToEnd;

/// <summary>A PostgreSQL that no hub has started.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    /// <summary>The cluster.</summary>
    public TestCluster Cluster { get; private set; } = null!;

    /// <inheritdoc />
    public async ValueTask InitializeAsync() => Cluster = await TestCluster.StartAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}
