using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using HubExchange.Client;
using Npgsql;

namespace HubExchange.Testing;

/// <summary>
/// A hub as operators run it: the built program as a process of its own, with its private PostgreSQL in a data folder. Whatever a test
/// does to it, process, database and folder are gone in the end.
/// </summary>
public sealed partial class HubProcess : IAsyncDisposable
{
    private const int KeptLines = 100;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    private static readonly string[] AuthorityFiles = ["ca.pem", "ca.key"];

    private readonly Queue<string> _lines = new();
    private readonly List<IDisposable> _owned = [];
    private readonly StringBuilder _output = new();
    private readonly string[] _settings;
    private Process? _process;

    private HubProcess(string folder, string[] settings)
    {
        Folder = folder;
        _settings = settings;
        Address = new Uri("https://localhost");
    }

    /// <summary>Folder for files of the test; the data folder is <c>.data</c> in it, where hubctl looks for it.</summary>
    public string Folder { get; }

    /// <summary>Data folder of the hub.</summary>
    public string DataFolder => Path.Combine(Folder, ".data");

    /// <summary>Address for gRPC and REST; the same after a restart.</summary>
    public Uri Address { get; private set; }

    /// <summary>PEM file of the hub's certification authority.</summary>
    public string CaFile => Path.Combine(DataFolder, "ca", "ca.pem");

    /// <summary>Token of the first administrator.</summary>
    public string AdminToken => File.ReadAllText(AdminTokenFile).Trim();

    /// <summary>File with the token of the first administrator.</summary>
    public string AdminTokenFile => Path.Combine(DataFolder, "admin.token");

    /// <summary>Fail points from the next start on, e.g. <c>batch.before_commit=exit@3</c>; empty for none.</summary>
    public string FailPoints { get; set; } = "";

    /// <summary>The process runs.</summary>
    public bool IsRunning => _process is { HasExited: false };
    /// <summary>Everything the processes wrote so far, on standard output and error.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Options of a client that shows nothing.</summary>
    public HubClientOptions Anonymous => new() { Address = Address, CaFile = CaFile };

    /// <summary>Options of a client of the first administrator.</summary>
    public HubClientOptions Admin => Anonymous with { Token = AdminToken };

    private string ClusterFolder => Path.Combine(DataFolder, "pg");

    /// <summary>Starts a hub in a new folder on a free port and returns once it listens.</summary>
    /// <param name="settings">Further settings, e.g. <c>--Ingestion:MaxChanges=10</c>.</param>
    public static Task<HubProcess> StartAsync(params string[] settings) => StartAsync(_ => { }, settings);

    /// <summary>Starts a hub in a new folder on a free port and returns once it listens.</summary>
    /// <param name="prepare">Prepares the data folder.</param>
    /// <param name="settings">Further settings.</param>
    public static async Task<HubProcess> StartAsync(Action<HubProcess> prepare, params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("hubexchange-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            // The account of the database must be able to pass through.
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        }

        var hub = new HubProcess(folder, settings);
        try
        {
            prepare(hub);
            await hub.RunAsync(port: 0);
            return hub;
        }
        catch
        {
            await hub.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts another hub on the database of this one, with its authority, as a replica.</summary>
    /// <param name="settings">Further settings, with the connection string.</param>
    public Task<HubProcess> StartReplicaAsync(params string[] settings) => StartAsync(
        replica =>
        {
            var authority = Directory.CreateDirectory(Path.Combine(replica.DataFolder, "ca"));
            foreach (var file in AuthorityFiles)
            {
                File.Copy(Path.Combine(DataFolder, "ca", file), Path.Combine(authority.FullName, file));
            }
        },
        settings);

    /// <summary>Has something disposed of when the hub has ended, before its folder is deleted.</summary>
    public void Own(IDisposable owned) => _owned.Add(owned);

    /// <summary>The hub has written a line with this text since its last start.</summary>
    public bool HasWritten(string text)
    {
        lock (_lines)
        {
            return _lines.Any(line => line.Contains(text, StringComparison.Ordinal));
        }
    }

    /// <summary>Stops the process where it is (SIGSTOP).</summary>
    public void Pause() => Signals.Send("STOP", _process!.Id);

    /// <summary>Lets it go on (SIGCONT).</summary>
    public void Resume() => Signals.Send("CONT", _process!.Id);

    /// <summary>Asks it to end in order (SIGTERM).</summary>
    public void Terminate() => Signals.Send("TERM", _process!.Id);

    /// <summary>Ends the process the hard way (SIGKILL); nothing in it runs any more.</summary>
    public void Kill() => _process?.Kill();

    /// <summary>Ends the processes of the database the hard way, and then the hub, so that the next start has to recover.</summary>
    public void KillWithDatabase()
    {
        foreach (var id in DatabaseProcesses())
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
            }
            catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
            {
                // It ended with the one before.
            }
        }

        Kill();
    }

    /// <summary>Starts the hub again on the same folder and the same port. The process before must have been killed.</summary>
    public async Task RestartAsync()
    {
        await EndedAsync();
        await RunAsync(Address.Port);
    }

    /// <summary>Processes of the private PostgreSQL that are alive: those that work in its folder.</summary>
    public IReadOnlyList<int> DatabaseProcesses() =>
    [
        .. from path in Directory.EnumerateDirectories("/proc")
           let name = Path.GetFileName(path)
           where int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _)
           where WorkingFolderOf(path) == ClusterFolder
           select int.Parse(name, CultureInfo.InvariantCulture),
    ];

    /// <summary>A connection to the private PostgreSQL, to count independently of the hub.</summary>
    public async Task<NpgsqlConnection> ConnectToDatabaseAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = ClusterFolder,
            Username = "hub",
            Database = "hub",
            Pooling = false,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Enrols a registered node (the operator's own is always) and returns the options of its client.</summary>
    public async Task<HubClientOptions> EnrolAsync(string node)
    {
        await using var admin = new HubClient(Admin);
        var identity = await admin.EnrollNodeAsync(node);
        var path = Path.Combine(Folder, node);
        await File.WriteAllTextAsync($"{path}.crt", identity.CertificatePem);
        await File.WriteAllTextAsync($"{path}.key", identity.KeyPem);
        return Anonymous with { CertificateFile = $"{path}.crt", KeyFile = $"{path}.key" };
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Kill();
        await EndedAsync();
        await Eventually.HoldsAsync(() => DatabaseProcesses() is [], "the database ends with its hub");
        _owned.ForEach(owned => owned.Dispose());
        Directory.Delete(Folder, recursive: true);
    }

    private async Task RunAsync(int port)
    {
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet",
            [
                BuiltProgram.Find("HubExchange.Server", "hubexchange.dll"),
                $"--Storage:DataFolder={DataFolder}",
                "--Storage:ConnectionString=",
                $"--Hosting:Port={port}",
                "--Logging:Console:FormatterName=simple",
                .. _settings,
            ])
            {
                WorkingDirectory = Folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["HUBEXCHANGE_FAILPOINTS"] = FailPoints },
            },
        };
        lock (_lines)
        {
            _lines.Clear();
        }

        _process.OutputDataReceived += (_, line) => Read(line.Data, listening);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            Address = await listening.Task.WaitAsync(StartLimit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The hub did not listen within {StartLimit}:{Environment.NewLine}{LastLines()}");
        }
    }

    private void Read(string? line, TaskCompletionSource<Uri> listening)
    {
        Keep(line);
        if (line is null)
        {
            listening.TrySetException(new InvalidOperationException($"The hub ended:{Environment.NewLine}{LastLines()}"));
        }
        else if (ListeningLine().Match(line) is { Success: true } match)
        {
            listening.TrySetResult(new Uri(match.Groups["address"].Value));
        }
    }

    private void Keep(string? line)
    {
        lock (_lines)
        {
            if (line is not null)
            {
                _lines.Enqueue(line);
                _output.AppendLine(line);
            }

            if (_lines.Count > KeptLines)
            {
                _lines.Dequeue();
            }
        }
    }

    private string LastLines()
    {
        lock (_lines)
        {
            return string.Join(Environment.NewLine, _lines);
        }
    }

    private async Task EndedAsync()
    {
        if (_process is { } process)
        {
            await process.WaitForExitAsync();
            process.Dispose();
            _process = null;
        }
    }

    private static string? WorkingFolderOf(string process)
    {
        try
        {
            return File.ResolveLinkTarget(Path.Combine(process, "cwd"), returnFinalTarget: false)?.FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody else's process, or one that has just ended.
            return null;
        }
    }

    [GeneratedRegex("Now listening on: (?<address>https://[^\\s\"]+)")]
    private static partial Regex ListeningLine();
}
