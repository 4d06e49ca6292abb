using System.Diagnostics;

namespace HubExchange.Server.Storage;

/// <summary>
/// A running <c>postgres</c> under a guard that stops it when the hub ends, however it ends: the guard holds the reading end of a pipe
/// whose writing end only the hub has, and the kernel closes that even when the hub is killed.
/// </summary>
internal sealed class PostgresProcess : IDisposable
{
    // A pipe and not a parent-death signal: that would follow the thread that started the process, and threads of a pool come and go.
    // The database gets a session of its own, so that Ctrl+C in the terminal reaches the hub alone, which then stops in order.
    private const string Guard =
        """
        trap "" INT TERM HUP
        command -v setsid >/dev/null && set -- setsid "$@"
        "$@" </dev/null &
        database=$!
        exec 3<&0
        (cat <&3; kill -INT $database) >/dev/null 2>&1 &
        exec 3<&- </dev/null
        wait $database
        """;

    private const int KeptLines = 30;

    private readonly Process _process;
    private readonly Queue<string> _lines = new();

    private PostgresProcess(Process process, Action<string> log)
    {
        _process = process;
        Ended = WatchAsync(log);
    }

    /// <summary>Completes when the database has ended.</summary>
    public Task Ended { get; }

    /// <summary>The last lines the database wrote to its log.</summary>
    public string LastLines
    {
        get
        {
            lock (_lines)
            {
                return string.Join(Environment.NewLine, _lines);
            }
        }
    }

    /// <summary>Starts the database; it is not ready yet.</summary>
    /// <param name="account">Account to run under.</param>
    /// <param name="command">Program and arguments.</param>
    /// <param name="log">Receives every line of its log.</param>
    public static PostgresProcess Start(PostgresAccount account, IEnumerable<string> command, Action<string> log) =>
        new(Process.Start(account.Command(["/bin/sh", "-c", Guard, "hubexchange-guard", .. command]))!, log);

    /// <summary>Asks the database to end its sessions and stop, and waits for it.</summary>
    /// <returns>Whether it stopped in time. If not it still stops as soon as it can.</returns>
    public async Task<bool> StopAsync(TimeSpan timeout)
    {
        CloseGuard();
        try
        {
            await Ended.WaitAsync(timeout);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _process.Dispose();

    private async Task WatchAsync(Action<string> log)
    {
        // The log ends when the last process of the cluster ends.
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_lines)
            {
                _lines.Enqueue(line);
                if (_lines.Count > KeptLines)
                {
                    _lines.Dequeue();
                }
            }

            log(line);
        }

        await _process.WaitForExitAsync();
        CloseGuard();
    }

    private void CloseGuard()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The guard has gone already.
        }
    }
}
