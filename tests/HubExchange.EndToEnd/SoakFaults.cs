using System.Diagnostics;
using System.Globalization;
using HubExchange.Testing;

namespace HubExchange.EndToEnd;

/// <summary>What is done to a hub while sources push.</summary>
internal enum Fault
{
    /// <summary>The hub is killed; its database stops in order.</summary>
    KillHub,

    /// <summary>The database is killed under a living hub, which is killed thereafter.</summary>
    KillDatabase,

    /// <summary>Both are killed at once.</summary>
    KillBoth,

    /// <summary>The hub stands still for a while.</summary>
    PauseHub,

    /// <summary>The database stands still for a while.</summary>
    PauseDatabase,
}

/// <summary>Injects faults into a hub and heals it again.</summary>
internal sealed class SoakFaults(HubProcess hub, Random random)
{
    private const int MaxPauseMs = 1_500;

    /// <summary>Kills of the hub.</summary>
    public int HubKills { get; private set; }

    /// <summary>Kills of the database.</summary>
    public int DatabaseKills { get; private set; }

    /// <summary>Pauses of either.</summary>
    public int Pauses { get; private set; }

    /// <summary>Injects a fault and returns once the hub can work again.</summary>
    public async Task InjectAsync(Fault fault)
    {
        switch (fault)
        {
            case Fault.PauseHub:
                await PauseAsync([HubOf(hub)]);
                return;
            case Fault.PauseDatabase:
                await PauseAsync(hub.DatabaseProcesses());
                return;
            case Fault.KillDatabase:
                foreach (var id in hub.DatabaseProcesses())
                {
                    Signal("KILL", id);
                }

                await ElapseAsync(random.Next(MaxPauseMs / 3));
                hub.Kill();
                break;
            case Fault.KillBoth:
                hub.KillWithDatabase();
                break;
            default:
                hub.Kill();
                break;
        }

        HubKills++;
        DatabaseKills += fault == Fault.KillHub ? 0 : 1;
        await hub.RestartAsync();
    }

    private async Task PauseAsync(IReadOnlyList<int> processes)
    {
        Pauses++;
        foreach (var id in processes)
        {
            Signal("STOP", id);
        }

        try
        {
            await ElapseAsync(random.Next(MaxPauseMs));
        }
        finally
        {
            foreach (var id in processes)
            {
                Signal("CONT", id);
            }
        }
    }

    private static Task ElapseAsync(int milliseconds)
    {
        var began = Stopwatch.GetTimestamp();
        return Eventually.HoldsAsync(() => Stopwatch.GetElapsedTime(began).TotalMilliseconds >= milliseconds, "time passes");
    }

    // The process that was started on this data folder.
    private static int HubOf(HubProcess hub)
    {
        var argument = $"--Storage:DataFolder={hub.DataFolder}\0";
        foreach (var path in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var id) &&
                CommandOf(path).Contains(argument, StringComparison.Ordinal))
            {
                return id;
            }
        }

        throw new InvalidOperationException("The process of the hub is not found.");
    }

    private static string CommandOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has just ended.
            return "";
        }
    }

    private static void Signal(string signal, int process)
    {
        using var kill = Process.Start("kill", ["-s", signal, process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
