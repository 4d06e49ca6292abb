using System.Collections.Concurrent;
using HubExchange.Client;
using HubExchange.Client.Push;
using HubExchange.Client.Watch;
using HubExchange.Enterprise.V1;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.EndToEnd;

/// <summary>
/// The database is killed under a living hub, again and again, while a source pushes and attends and somebody watches: the watch misses
/// nothing and tells nothing twice, the source attends again, and both sides are equal.
/// </summary>
public sealed class DatabaseFailoverTests
{
    private const string Source = "ND-CITY";
    private const int Kills = 4;
    private const int PushedPerKill = 1_500;

    [Fact]
    public async Task KilledDatabase_LeavesWatchesAndAttendancesWhole()
    {
        using var stop = new CancellationTokenSource();
        await using var hub = await HubProcess.StartAsync("--Reconciliation:HeartbeatSeconds=1", "--Reconciliation:RunOnDifference=false");
        await using var client = new HubClient(await hub.EnrolAsync(Source));
        var held = new HeldOrganizations();
        var push = new PushOptions { Attended = held.Records, BatchSize = 50, MaxDelay = TimeSpan.FromSeconds(1), WaitForHub = true };
        await PushAsync(client, held, push, 100);
        var attending = client.AttendAsync(Source, held.Records, push, stop.Token);
        await held.WelcomedAsync();
        var seen = new ConcurrentDictionary<string, long>();
        var watching = WatchAsync(client, seen, stop.Token);
        await Eventually.HoldsAsync(() => seen.Count == 100, "the watch has the state");

        for (var kill = 1; kill <= Kills; kill++)
        {
            var before = seen.Count;
            var pushing = PushAsync(client, held, push, PushedPerKill);
            await Eventually.HoldsAsync(() => seen.Count > before, "the push and the watch are going on");
            SoakFaults.KillDatabase(hub);
            await pushing;
        }

        Assert.True(hub.IsRunning);
        Assert.True(hub.HasWritten("Private PostgreSQL works again"));
        await Eventually.HoldsAsync(() => seen.Count == held.All.Count || watching.IsCompleted, "everything comes to the watch");
        Assert.Equal(held.All.Select(organization => organization.Uscc).Order(), seen.Keys.Order());
        Assert.All(seen, pair => Assert.Equal(1, pair.Value));

        held.Lose(new Organization(held.All.First()) { Name = "未报送的更名" });
        var run = await HeldOrganizations.ReconcileAsync(client, Source, ErrorReason.SourceNotAttending, ErrorReason.StoreUnavailable);
        Assert.Equal((ReconciliationState.Mended, 1L, held.All.Count), (run.State, run.Mended, (int)run.SourceCount));
        await Eventually.HoldsAsync(() => seen[held.All.First().Uscc] == 2 || watching.IsCompleted, "the repair comes to the watch");
        Assert.False(watching.IsCompleted);
        await HeldOrganizations.LeaveAsync(attending, stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
    }

    private static Task<PushResult> PushAsync(HubClient client, HeldOrganizations held, PushOptions push, int count)
    {
        var added = Enumerable.Range(0, count).Select(_ => Make.Organization()).ToList();
        added.ForEach(held.Set);
        return client.PushAsync(Source, added.ToAsyncEnumerable(), push);
    }

    // Revisions come one after the other, each once; the state comes once, at the beginning.
    private static async Task WatchAsync(HubClient client, ConcurrentDictionary<string, long> seen, CancellationToken cancellationToken)
    {
        var options = new WatchOptions
        {
            Types = [HeldOrganizations.Type.Id],
            Start = WatchStart.State,
            RestartsWithState = false,
            MaxPause = TimeSpan.FromSeconds(1),
        };
        long position = 0;
        await foreach (var batch in client.WatchAsync(options, cancellationToken))
        {
            foreach (var happened in batch.Events)
            {
                Assert.True(happened.Position > position || batch.Kind == WatchBatchKind.State, $"{happened.Position} comes after {position}.");
                Assert.Equal(seen.GetValueOrDefault(happened.Put.Key) + 1, happened.Put.Revision);
                position = happened.Position;
                seen[happened.Put.Key] = happened.Put.Revision;
            }
        }
    }
}
