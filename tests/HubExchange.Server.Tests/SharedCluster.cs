using HubExchange.Server.Tests;
using HubExchange.Testing;

[assembly: AssemblyFixture(typeof(SharedCluster))]

namespace HubExchange.Server.Tests;

/// <summary>The PostgreSQL of this test run.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    public TestCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await TestCluster.StartAsync();

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}

/// <summary>One hub for the tests of a class; each test makes its own records.</summary>
public sealed class HubFixture(SharedCluster cluster) : IAsyncLifetime
{
    public TestHub Hub { get; private set; } = null!;

    public TestCluster Cluster => cluster.Cluster;

    public async ValueTask InitializeAsync() => Hub = await TestHub.StartAsync(cluster.Cluster);

    public ValueTask DisposeAsync() => Hub.DisposeAsync();
}
