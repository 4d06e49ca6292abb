using System.Globalization;

namespace HubExchange.Benchmarks.Load;

/// <summary>Processor time and memory of the hub and its database, from the kernel.</summary>
internal static class ProcessFigures
{
    // Linux counts in hundredths of a second on every architecture .NET runs on.
    private const double TicksPerSecond = 100;

    private const int UserTime = 11;

    /// <summary>Processor seconds that client, hub and PostgreSQL have used so far.</summary>
    public static (double Client, double Hub, double Postgres) ProcessorSeconds(HubUnderTest hub)
    {
        var postmaster = File.ReadLines(Path.Combine(hub.PostgresFolder, "postmaster.pid")).First();
        return (
            Environment.CpuUsage.TotalTime.TotalSeconds,
            Seconds(HubId(hub), withEnded: false),
            hub.Process.DatabaseProcesses().Select(id => id.ToString(CultureInfo.InvariantCulture)).Sum(id => Seconds(id, id == postmaster)));
    }

    /// <summary>Memory of the hub process alone in MB: a line of <c>/proc/PID/status</c>, such as <c>VmHWM</c>.</summary>
    public static double HubMegabytes(HubUnderTest hub, string line)
    {
        var found = File.ReadLines($"/proc/{HubId(hub)}/status").First(text => text.StartsWith($"{line}:", StringComparison.Ordinal));
        return double.Parse(found.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }

    /// <summary>Has the peak of the hub's memory (<c>VmHWM</c>) begin anew at what it has now.</summary>
    public static void ForgetPeak(HubUnderTest hub) => File.WriteAllText($"/proc/{HubId(hub)}/clear_refs", "5");

    private static double Seconds(string id, bool withEnded)
    {
        try
        {
            // The name in parentheses may hold spaces.
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return fields.Skip(UserTime).Take(withEnded ? 4 : 2).Sum(field => double.Parse(field, CultureInfo.InvariantCulture)) / TicksPerSecond;
        }
        catch (IOException)
        {
            // It ended between the listing and now; the postmaster has its time.
            return 0;
        }
    }

    private static string HubId(HubUnderTest hub)
    {
        var folder = $"--Storage:DataFolder={hub.Process.DataFolder}";
        return Directory.EnumerateDirectories("/proc")
            .Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0]))
            .First(path => CommandOf(path).Contains(folder))
            [("/proc/".Length)..];
    }

    private static string[] CommandOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Split('\0');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
