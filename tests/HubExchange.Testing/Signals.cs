using System.Diagnostics;
using System.Globalization;

namespace HubExchange.Testing;

/// <summary>Signals to processes that a test has started.</summary>
public static class Signals
{
    /// <summary>Sends a signal; to a process that has ended it does nothing.</summary>
    /// <param name="signal">Its name, e.g. <c>STOP</c>.</param>
    /// <param name="process">Id of the process.</param>
    public static void Send(string signal, int process)
    {
        using var kill = Process.Start(
            new ProcessStartInfo("kill", ["-s", signal, process.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }
}
