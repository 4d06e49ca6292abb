using HubExchange.Server.Reconciliation;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;

namespace HubExchange.Server.Tests.Reconciliation;

/// <summary>The full list goes on where it was broken off, as of the same sequence, and takes few bytes a record.</summary>
public sealed class ManifestTests(SharedCluster cluster)
{
    private const int Known = 1_000;
    private const int Lost = 1_100;
    private const int Parts = (Known + Lost) / 100;

    private static readonly string[] Settings =
        ["--Reconciliation:MaxCells=64", "--Reconciliation:ManifestPart=100", "--Reconciliation:RunOnDifference=false", "--Reconciliation:HeartbeatSeconds=60"];

    [Fact]
    public async Task ConnectionCutInTheMiddle_GoesOnWithTheNextPart()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, Settings);
        using var proxy = new FaultProxy(hub.Address);
        await using var county = await AttendedCounty.StartAsync(hub, Known, proxy: proxy);
        Lose(county);
        var welcomes = 0;
        county.Records.Attending += (_, _) => Interlocked.Increment(ref welcomes);
        await county.WelcomedAsync();
        var bureau = await hub.PersonAsync("bureau");
        proxy.CutAfter(5_000);

        var run = await bureau.RunReconciliationAsync(AttendedCounty.Type, county.Node);

        AssertWhole(run);
        Assert.InRange(welcomes, 1, 10);
        Assert.Equal(county.Own(), await county.ShownAsync());
    }

    [Fact]
    public async Task ProgramKilledInTheMiddle_GoesOnWhenItIsStartedAgain()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, Settings);
        using var proxy = new FaultProxy(hub.Address);
        await using var county = await AttendedCounty.StartAsync(hub, Known, proxy: proxy, delay: TimeSpan.FromSeconds(60));
        Lose(county);
        await county.WelcomedAsync();
        var bureau = await hub.PersonAsync("bureau");
        proxy.CutAfter(5_000);

        var running = bureau.RunReconciliationAsync(AttendedCounty.Type, county.Node);
        await Eventually.HoldsAsync(() => hub.Services.GetRequiredService<Attendances>().All().Count == 0, "the source is gone in the middle");
        Assert.False(running.IsCompleted);

        // What it remembered is lost with it: it reads its records anew.
        await using var again = await county.AgainAsync(Path.Combine(Path.GetTempPath(), $"hubexchange-{Guid.NewGuid():N}.state"));

        AssertWhole(await running);
        Assert.Equal(again.Own(), await again.ShownAsync());
        Assert.Equal(ReconciliationState.Equal, (await again.RunAsync()).State);
    }

    [Fact]
    public async Task ProgramKilledBeforeItGivesItsRecords_GivesThemWhenItIsStartedAgain()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, Settings);
        var never = new TaskCompletionSource();
        await using var county = await AttendedCounty.StartAsync(hub, Known);
        Lose(county);
        county.Finding = never.Task;
        await county.WelcomedAsync();
        var running = (await hub.PersonAsync("bureau")).RunReconciliationAsync(AttendedCounty.Type, county.Node);
        await county.Asked.WaitAsync(TimeSpan.FromSeconds(60));

        await using var again = await county.AgainAsync(Path.Combine(Path.GetTempPath(), $"hubexchange-{Guid.NewGuid():N}.state"));

        AssertWhole(await running);
        Assert.Equal(again.Own(), await again.ShownAsync());
    }

    [Fact]
    public async Task WhileTheSourceIsTheSame_ItsListIsKept_AndNotAskedForAgain()
    {
        await using var hub = await TestHub.StartAsync(
            cluster.Cluster, [.. Settings, "--Reconciliation:FreeRepairs=0", "--Reconciliation:FreePercent=0"]);
        await using var county = await AttendedCounty.StartAsync(hub, Known);
        foreach (var key in county.Keys.Order(StringComparer.Ordinal).Take(400).ToList())
        {
            county.Forget(key);
        }

        var asked = await county.RunAsync();
        Assert.Equal((ReconciliationState.Waiting, 400L, 1 + 6), (asked.State, asked.Extra, asked.RoundTrips));

        var kept = await county.RunAsync();
        Assert.Equal((ReconciliationState.Waiting, 400L, 1), (kept.State, kept.Extra, kept.RoundTrips));

        // Another set, another list. A record by which it is longer needs no further part.
        county.Lose(Make.Organization(county.AnyKey, "另一版"));
        var changed = await county.RunAsync(isDryRun: true);
        Assert.Equal((400L, 1L, 1 + 6), (changed.Extra, changed.Stale, changed.RoundTrips));

        // What does not follow the part before, as where two hubs wrote, is not used.
        await county.ExecuteAsync("update hub.manifest_part set after = after + 1 where number = 3");
        Assert.Equal(1 + 3, (await county.RunAsync(isDryRun: true)).RoundTrips);

        var bureau = await hub.PersonAsync("bureau");
        var waiting = await county.RunAsync();
        Assert.Equal((ReconciliationState.Mended, 400L), (await bureau.ApproveReconciliationAsync(waiting.Id)) is var done ? (done.State, done.Mended) : default);
        Assert.Equal(county.Own(), await county.ShownAsync());
        Assert.Equal(0L, await county.ReadAsync<long>("select count(*) from hub.manifest_part"));
    }

    // Each part crossed once, in 8 bytes a record with so few, 6 of a million; hashes alone would take 16, and with keys 34.
    private static void AssertWhole(V1.Reconciliation run)
    {
        Assert.Equal((ReconciliationState.Mended, "", (long)Lost, (long)Lost), (run.State, run.Failure, run.Missing, run.Mended));
        Assert.InRange(run.RoundTrips, Parts + 1, Parts + 2);
        Assert.InRange(run.Bytes, 0, (Known + Lost) * 9 + (64 * 24) + ((Parts + 2) * 120));
    }

    private static void Lose(AttendedCounty county)
    {
        for (var i = 0; i < Lost; i++)
        {
            county.Lose(Make.Organization());
        }
    }
}
