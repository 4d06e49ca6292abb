using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Identity;

/// <summary>A hub and a caller of each role.</summary>
public sealed class RoleFixture(SharedCluster cluster) : IAsyncLifetime
{
    private readonly Dictionary<string, RawCaller> _callers = [];
    private TestHub? _hub;

    /// <summary>The caller of a role, or the one with no credential at all.</summary>
    public RawCaller this[string role] => _callers[role];

    public async ValueTask InitializeAsync()
    {
        var hub = _hub = await TestHub.StartAsync(cluster.Cluster);
        var admin = await hub.AdminAsync();
        var county = await hub.IdentityOfAsync(TestHub.Daye);
        await hub.IdentityOfAsync(TestHub.Zone, NodeKind.Zone);

        foreach (var role in PermissionTable.Roles)
        {
            _callers[role] = role switch
            {
                PermissionTable.Anonymous => new RawCaller(hub),
                "node" => RawCaller.WithIdentity(hub, county),
                "county" => RawCaller.WithToken(hub, (await admin.IssueTokenAsync("test", role, TestHub.Daye)).Token),
                "park" => RawCaller.WithToken(hub, (await admin.IssueTokenAsync("test", role, TestHub.Zone)).Token),
                _ => RawCaller.WithToken(hub, (await admin.IssueTokenAsync("test", role)).Token),
            };
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var caller in _callers.Values)
        {
            caller.Dispose();
        }

        if (_hub is not null)
        {
            await _hub.DisposeAsync();
        }
    }
}
