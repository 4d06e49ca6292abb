using System.Diagnostics;

namespace HubExchange.Benchmarks.Peers;

/// <summary>
/// A server beside the hub, with a folder of its own. It ends with this process, however that ends, and its folder with it where possible.
/// </summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    // The reading end of the pipe sees the end of this process even when it is killed.
    private const string Guard =
        """
        "$@" </dev/null >/dev/null 2>&1 &
        server=$!
        exec 3<&0
        (cat <&3; kill -INT $server) >/dev/null 2>&1 &
        exec 3<&- </dev/null
        trap "" INT TERM HUP
        wait $server
        """;

    private readonly DirectoryInfo _folder;
    private readonly Process _process;

    private PeerProcess(DirectoryInfo folder, Process process) => (_folder, _process) = (folder, process);

    /// <summary>It has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Starts a program.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="prefix">Another program that starts it, with its arguments; empty for none.</param>
    /// <param name="command">The program and its arguments.</param>
    public static PeerProcess Start(DirectoryInfo folder, IEnumerable<string> prefix, params IEnumerable<string> command)
    {
        string[] guarded = [.. prefix, "/bin/sh", "-c", Guard, "guard", .. command];
        return new PeerProcess(
            folder, Process.Start(new ProcessStartInfo(guarded[0], guarded[1..]) { RedirectStandardInput = true, WorkingDirectory = "/" })!);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its exit code and what it wrote.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await errors;
        await process.WaitForExitAsync();
        return (process.ExitCode, output.Trim());
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
