using HubExchange.Enterprise.V1;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Reconciliation;

/// <summary>Reconciliation while records stream in, by heartbeats, and of a hub that lost what it had.</summary>
public sealed class ReconciliationUnderLoadTests(SharedCluster cluster)
{
    private const int Runs = 500;

    [Fact]
    public async Task WhileRecordsStreamIn_NothingIsEverTakenForADifference()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Reconciliation:HeartbeatSeconds=1");
        await using var county = await AttendedCounty.StartAsync(hub, 200);
        using var stop = new CancellationTokenSource();
        var pushing = PushAsync(county, stop.Token);

        var moved = new HashSet<long>();
        for (var i = 0; i < Runs; i++)
        {
            var run = await county.RunAsync();
            Assert.Equal((ReconciliationState.Equal, ""), (run.State, run.Failure));
            moved.Add(run.Sequence);
        }

        await stop.CancelAsync();
        await pushing;

        // The runs that heartbeats started, had there been any, would be here, too.
        Assert.Empty(await county.Client.ListReconciliationsAsync(state: ReconciliationState.Mended).ToListAsync());
        Assert.InRange(moved.Count, Runs / 10, Runs);
    }

    [Fact]
    public async Task Heartbeat_FindsADifferenceAndHasItMended()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Reconciliation:HeartbeatSeconds=1");
        await using var county = await AttendedCounty.StartAsync(hub, 50);
        await county.RunAsync();
        var mended = county.NextAsync(ReconciliationState.Mended);

        county.Lose(Make.Organization(county.AnyKey, "未报送"));

        Assert.Equal(1, (await mended).Stale);
        Assert.Single(await county.Client.ListReconciliationsAsync(state: ReconciliationState.Mended).ToListAsync());
        Assert.Equal(county.Own(), await county.ShownAsync());

        // A day with a heartbeat counts for the quality of the source.
        Assert.Equal(1, await county.ReadAsync<long>("select count(distinct source) from hub.attendance_day"));
    }

    [Fact]
    public async Task LargeDifference_IsFoundFromTheFullList()
    {
        await using var hub = await TestHub.StartAsync(
            cluster.Cluster, "--Reconciliation:MaxCells=64", "--Reconciliation:ManifestPart=100", "--Reconciliation:RunOnDifference=false");
        await using var county = await AttendedCounty.StartAsync(hub, 350);
        for (var i = 0; i < 400; i++)
        {
            county.Lose(Make.Organization());
        }

        var run = await county.RunAsync();

        Assert.Equal((ReconciliationState.Mended, 400L, 400L, 0), (run.State, run.Missing, run.Mended, run.Cells));
        Assert.Equal(county.Own(), await county.ShownAsync());
    }

    [Fact]
    public async Task HubRestoredFromABackup_GetsBackWhatItLost()
    {
        var hub = await TestHub.StartAsync(cluster.Cluster, "--Reconciliation:RunOnDifference=false");
        await using var county = await AttendedCounty.StartAsync(hub, 100);
        var backup = county.Keys.ToHashSet();
        for (var i = 0; i < 80; i++)
        {
            county.Change(Make.Organization());
        }

        var later = county.Keys.Where(key => !backup.Contains(key)).ToArray();
        await county.Client.PushAsync(county.Node, later.Select(county.Get).ToAsyncEnumerable(), county.Options);

        // The backup: as if the second push had never been.
        await county.ExecuteAsync("delete from enterprise.organization where hub_key = any($1)", (object)later);
        await county.ExecuteAsync("delete from hub.change where key = any($1)", (object)later);
        await county.ExecuteAsync("update hub.feed set position = (select max(position) from hub.change)");
        await county.ExecuteAsync("delete from hub.frame where source = $1 and sequence > 2", county.Node);
        await county.ExecuteAsync("update hub.stream set sequence = 2 where source = $1", county.Node);
        await using var restored = await hub.RestartAsync();
        await using var again = await county.MoveAsync(restored);

        var run = await again.RunAsync();

        Assert.Equal((ReconciliationState.Mended, 80L, 0L), (run.State, run.Missing, run.Extra + run.Stale + run.Forks));
        Assert.Equal(again.Own(), await again.ShownAsync());
        Assert.Equal(ReconciliationState.Equal, (await again.RunAsync()).State);
    }

    private static async Task PushAsync(AttendedCounty county, CancellationToken cancellationToken)
    {
        await using var session = await county.Client.OpenPushAsync(county.Node, [AttendedCounty.Type], county.Options with { BatchSize = 5 }, cancellationToken: CancellationToken.None);
        var keys = county.Keys.ToArray();
        var random = new Random(7);
        for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            var key = keys[random.Next(keys.Length)];
            if (random.Next(4) == 0)
            {
                await session.SendAsync(AttendedCounty.Type, new Change { Delete = key }, CancellationToken.None);
            }
            else
            {
                var changed = Make.Organization(key, $"更名 {i}");
                county.Change(changed);
                await session.SendAsync(AttendedCounty.Type, changed, CancellationToken.None);
            }
        }

        await session.CompleteAsync(CancellationToken.None);
    }
}
