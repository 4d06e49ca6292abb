using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Reconciliation;

/// <summary>All sources at once, as after the restore of a backup, are reconciled so many at a time.</summary>
public sealed class ManySourcesTests(SharedCluster cluster)
{
    // More than the hub has connections to its database.
    private const int Counties = 14;

    [Fact]
    public async Task MoreSourcesAtOnceThanConnections_AreAllReconciled()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Reconciliation:RunOnDifference=false");
        var counties = new List<AttendedCounty>();
        for (var i = 0; i < Counties; i++)
        {
            counties.Add(await AttendedCounty.StartAsync(hub, 10));
            counties[i].Lose(Make.Organization(counties[i].AnyKey, "未报送的更名"));
            await counties[i].WelcomedAsync();
        }

        var runs = await Task.WhenAll(counties.ConvertAll(county => county.RunAsync()));

        Assert.All(runs, run => Assert.Equal((ReconciliationState.Mended, 1L, ""), (run.State, run.Mended, run.Failure)));
        foreach (var county in counties)
        {
            await county.DisposeAsync();
        }
    }
}
