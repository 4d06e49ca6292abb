using System.Diagnostics;
using System.Globalization;
using HubExchange.Benchmarks.Load;
using HubExchange.Testing;
using Npgsql;

namespace HubExchange.Benchmarks.Peers;

/// <summary>
/// A second PostgreSQL with the programs and settings of the hub's own and a few more, in a folder of its own. It ends with this
/// process, however that ends, and its folder with it where possible.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    // The reading end of the pipe sees the end of this process even when it is killed.
    private const string Guard =
        """
        "$@" </dev/null >/dev/null 2>&1 &
        database=$!
        exec 3<&0
        (cat <&3; kill -INT $database) >/dev/null 2>&1 &
        exec 3<&- </dev/null
        trap "" INT TERM HUP
        wait $database
        """;

    private readonly DirectoryInfo _parent;
    private readonly Process _process;

    private PostgresServer(DirectoryInfo parent, Process process)
    {
        _parent = parent;
        _process = process;
    }

    /// <summary>Folder with data and socket.</summary>
    public string Folder => FolderIn(_parent);

    /// <summary>Folder of the programs the hub's own PostgreSQL runs from.</summary>
    public static string ProgramsOf(HubUnderTest hub) =>
        Path.GetDirectoryName(File.ResolveLinkTarget($"/proc/{hub.Process.DatabaseProcesses()[0]}/exe", returnFinalTarget: false)!.FullName)!;

    /// <summary>Makes a cluster, starts it and returns once it takes connections.</summary>
    /// <param name="hub">Hub whose PostgreSQL is the model.</param>
    /// <param name="settings">Further settings, e.g. <c>wal_level=logical</c>.</param>
    public static async Task<PostgresServer> StartAsync(HubUnderTest hub, params string[] settings)
    {
        var parent = Directory.CreateTempSubdirectory("hubexchange-");
        var programs = ProgramsOf(hub);
        var prefix = Environment.IsPrivilegedProcess ? await BecomeOwnerAsync(hub.PostgresFolder, parent.FullName) : [];
        var folder = FolderIn(parent);
        await RunAsync([.. prefix, Path.Combine(programs, "initdb"), "-D", folder, "-U", "hub", "-A", "trust",
            "--locale=C.UTF-8", "--lc-collate=C", "-E", "UTF8", "--data-checksums", "--no-instructions"]);
        File.Copy(Path.Combine(hub.PostgresFolder, "postgresql.conf"), Path.Combine(folder, "postgresql.conf"), overwrite: true);
        string[] command =
        [
            .. prefix, "/bin/sh", "-c", Guard, "guard", Path.Combine(programs, "postgres"), "-D", folder, "-k", folder,
            "-c", "listen_addresses=", .. settings.SelectMany(setting => new[] { "-c", setting }),
        ];
        var server = new PostgresServer(
            parent, Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, WorkingDirectory = "/" })!);
        try
        {
            await Eventually.HoldsAsync(server.IsReady, "the second PostgreSQL starts");
            await server.CreateDatabaseAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _parent.Delete(recursive: true);
    }

    // The server writes there how far it is.
    private bool IsReady()
    {
        var file = Path.Combine(Folder, "postmaster.pid");
        return File.Exists(file) && File.ReadLines(file).Any(line => line.StartsWith("ready", StringComparison.Ordinal));
    }

    private async Task CreateDatabaseAsync()
    {
        var initial = new NpgsqlConnectionStringBuilder(PlainDatabase.ConnectionTo(Folder)) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(initial.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database {PlainDatabase.Name}", connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string FolderIn(DirectoryInfo parent) => Path.Combine(parent.FullName, "pg");

    // PostgreSQL refuses to run as root: it runs as whoever owns the hub's cluster.
    private static async Task<string[]> BecomeOwnerAsync(string cluster, string folder)
    {
        var owner = (await RunAsync(["stat", "-c", "%u:%g", cluster])).Split(':');
        await RunAsync(["chown", string.Join(':', owner), folder]);
        return ["setpriv", $"--reuid={owner[0]}", $"--regid={owner[1]}", "--clear-groups", "--"];
    }

    private static async Task<string> RunAsync(string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{command[0]} ended with {process.ExitCode}."));
    }
}
