using System.Diagnostics;
using HubExchange.Server.Faults;
using HubExchange.Testing;
using HubExchange.Testing.History;
using Npgsql;

namespace HubExchange.EndToEnd;

/// <summary>Injects faults into a hub and the lines to it, and heals it again.</summary>
/// <param name="hubs">Hubs; more than one share a database that is not killed.</param>
/// <param name="proxies">The line to each.</param>
/// <param name="disk">Disk of the database, where it can be filled.</param>
/// <param name="history">What sources were told.</param>
/// <param name="random">Chooses times and places.</param>
internal sealed class SoakFaults(
    IReadOnlyList<HubProcess> hubs, IReadOnlyList<FaultProxy> proxies, SmallDisk? disk, PushHistory history, Random random)
{
    private const int MaxPauseMs = 1_500;
    private const int MaxHits = 20;

    // Of what is passed once in the life of a stream, there are only so many.
    private const int MaxOpenings = 2;
    private const int MaxSegments = 12;

    /// <summary>The points that every push passes, by the part of the hub they are in.</summary>
    public static readonly IReadOnlyList<string> PushPoints =
        [.. FailPoint.All.Where(point => point.Split('.')[0] is "stream" or "frame" or "batch" or "ack" or "answer" or "divisions")];

    private static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(60);

    /// <summary>How often each fault was injected.</summary>
    public Dictionary<Fault, int> Counts { get; } = [];

    /// <summary>Kills of the hub, those at fail points included.</summary>
    public int HubKills { get; private set; }

    /// <summary>Kills of the database.</summary>
    public int DatabaseKills => Counts.GetValueOrDefault(Fault.KillDatabase) + Counts.GetValueOrDefault(Fault.KillBoth);

    /// <summary>Injects a fault and returns once the hub can work again.</summary>
    public async Task InjectAsync(Fault fault)
    {
        Counts[fault] = Counts.GetValueOrDefault(fault) + 1;
        var index = random.Next(hubs.Count);
        var (hub, proxy) = (hubs[index], proxies[index]);
        switch (fault)
        {
            case Fault.KillHub:
                hub.Kill();
                await RestartAsync(hub);
                break;
            case Fault.KillDatabase:
                KillDatabase(hub);
                break;
            case Fault.KillBoth:
                hub.KillWithDatabase();
                await RestartAsync(hub);
                break;
            case Fault.PauseHub:
                hub.Pause();
                await ElapseAsync();
                hub.Resume();
                break;
            case Fault.PauseDatabase:
                await PauseDatabaseAsync(hub);
                break;
            case Fault.FailPoint:
                var point = PushPoints[random.Next(PushPoints.Count)];
                await EndAtAsync(hub, $"{point}@{random.Next(1, point == FailPoint.StreamOpened ? MaxOpenings : MaxHits)}", () => Task.CompletedTask);
                await RestartAsync(hub);
                break;
            case Fault.Throws:
                hub.Kill();
                await RestartAsync(hub, string.Join(';', PushPoints.Select(point => $"{point}={(random.Next(2) == 0 ? "throw" : "delay:20")}%5")));
                await ElapseAsync();
                hub.Kill();
                await RestartAsync(hub);
                break;
            case Fault.FullDisk:
                await FillAsync(hub, endsDatabase: random.Next(2) == 0);
                break;
            default:
                await DisturbAsync(proxy, fault);
                break;
        }
    }

    /// <summary>Starts a hub again, has it end at a fail point, and leaves it so.</summary>
    /// <param name="hub">The hub.</param>
    /// <param name="at">The fail point and the how manieth time it is passed, such as <c>ack.before@3</c>.</param>
    /// <param name="provoke">Does what has the hub pass it, besides the pushes.</param>
    public async Task EndAtAsync(HubProcess hub, string at, Func<Task> provoke)
    {
        var point = at[..at.IndexOf('@', StringComparison.Ordinal)];
        hub.Kill();
        await RestartAsync(hub, at.Replace("@", "=exit@", StringComparison.Ordinal));
        await provoke();
        await Eventually.HoldsAsync(() => !hub.IsRunning, $"the hub ends at {point}", ExitLimit);
        if (!hub.HasWritten($"Fail point {point}: exit"))
        {
            throw new InvalidOperationException($"The hub ended, but not at {point}.");
        }
    }

    /// <summary>Starts a hub again that was killed or has ended.</summary>
    public async Task RestartAsync(HubProcess hub, string failPoints = "")
    {
        HubKills++;
        hub.FailPoints = failPoints;
        await hub.RestartAsync();
    }

    /// <summary>Kills every process of the database.</summary>
    public static void KillDatabase(HubProcess hub)
    {
        foreach (var id in hub.DatabaseProcesses())
        {
            Signals.Send("KILL", id);
        }
    }

    private async Task PauseDatabaseAsync(HubProcess hub)
    {
        var processes = hub.DatabaseProcesses();
        foreach (var id in processes)
        {
            Signals.Send("STOP", id);
        }

        await ElapseAsync();
        foreach (var id in processes)
        {
            Signals.Send("CONT", id);
        }
    }

    /// <summary>Fills the disk until pushes are refused, and frees it again.</summary>
    /// <param name="hub">The hub whose database is on the disk.</param>
    /// <param name="endsDatabase">Its log has no room either, so that it ends and cannot start again.</param>
    public async Task FillAsync(HubProcess hub, bool endsDatabase)
    {
        var refusals = Refusals();
        disk!.Fill();
        if (endsDatabase)
        {
            await SwitchSegmentsAsync(hub);
        }

        await Eventually.HoldsAsync(() => Refusals() > refusals, "pushes are refused while the disk is full", ExitLimit);
        await ElapseAsync();
        if (!hub.IsRunning)
        {
            throw new InvalidOperationException("The hub ended because its disk is full.");
        }

        disk.Free();
    }

    private int Refusals() => history.Count(step => step.Reason.StartsWith("STORE_", StringComparison.Ordinal));

    private static async Task SwitchSegmentsAsync(HubProcess hub)
    {
        try
        {
            await using var connection = await hub.ConnectToDatabaseAsync();
            for (var i = 0; i < MaxSegments; i++)
            {
                await using var command = new NpgsqlCommand("select pg_logical_emit_message(false, 'fill', 'x'), pg_switch_wal()", connection);
                await command.ExecuteNonQueryAsync();
            }
        }
        catch (NpgsqlException)
        {
            // It ended, as wished, or has ended before.
        }
    }

    private async Task DisturbAsync(FaultProxy proxy, Fault fault)
    {
        switch (fault)
        {
            case Fault.Cut:
                proxy.Cut();
                break;
            case Fault.Abandon:
                proxy.Abandon();
                break;
            case Fault.HalfClose:
                proxy.HalfClose(isTowardsHub: random.Next(2) == 0);
                break;
            case Fault.Truncate:
                proxy.CutAfter(random.Next(1, 10_000));
                break;
            case Fault.Blackhole:
                proxy.IsBlackhole = true;
                await ElapseAsync();
                proxy.IsBlackhole = false;
                break;
            case Fault.SlowLine:
                proxy.BytesPerSecond = random.Next(2_000, 30_000);
                await ElapseAsync();
                proxy.BytesPerSecond = 0;
                break;
            case Fault.LongLine:
                proxy.Delay = TimeSpan.FromMilliseconds(random.Next(50, 300));
                await ElapseAsync();
                proxy.Delay = TimeSpan.Zero;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault, null);
        }
    }

    private Task ElapseAsync()
    {
        var milliseconds = random.Next(MaxPauseMs);
        var began = Stopwatch.GetTimestamp();
        return Eventually.HoldsAsync(() => Stopwatch.GetElapsedTime(began).TotalMilliseconds >= milliseconds, "time passes");
    }
}
