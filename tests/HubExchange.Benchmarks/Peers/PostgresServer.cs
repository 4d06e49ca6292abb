using System.Globalization;
using HubExchange.Benchmarks.Load;
using HubExchange.Testing;
using Npgsql;

namespace HubExchange.Benchmarks.Peers;

/// <summary>A second PostgreSQL with the programs and settings of the hub's own and a few more.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly DirectoryInfo _parent;
    private readonly PeerProcess _process;

    private PostgresServer(DirectoryInfo parent, PeerProcess process)
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
        var server = new PostgresServer(parent, PeerProcess.Start(
            parent, prefix, [
                Path.Combine(programs, "postgres"), "-D", folder, "-k", folder, "-c", "listen_addresses=",
                .. settings.SelectMany(setting => new[] { "-c", setting }),
            ]));
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
    public ValueTask DisposeAsync() => _process.DisposeAsync();

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
        var (exitCode, output) = await PeerProcess.RunAsync(command);
        return exitCode == 0
            ? output
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{command[0]} ended with {exitCode}."));
    }
}
