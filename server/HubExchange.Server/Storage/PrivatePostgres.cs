using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace HubExchange.Server.Storage;

/// <summary>
/// The hub's own PostgreSQL, for a machine where nothing was configured: a child process on a Unix socket in a private folder, without
/// a port. Its data stays between runs; the process ends with the hub, even when the hub is killed.
/// </summary>
internal sealed partial class PrivatePostgres : IAsyncDisposable
{
    /// <summary>Owner of the cluster and name of the database.</summary>
    public const string User = "hub";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);

    private readonly FileStream _lock;
    private readonly PostgresSupervisor _supervisor;

    private PrivatePostgres(FileStream @lock, PostgresSupervisor supervisor, string connectionString)
    {
        _lock = @lock;
        _supervisor = supervisor;
        ConnectionString = connectionString;
    }

    /// <summary>The database had ended by itself and works again; connections from before are of no use.</summary>
    public event Action Restarted
    {
        add => _supervisor.Restarted += value;
        remove => _supervisor.Restarted -= value;
    }

    /// <summary>How to connect.</summary>
    public string ConnectionString { get; }

    /// <summary>Makes the cluster when there is none, starts it and returns when it accepts connections.</summary>
    /// <exception cref="StorageException">It cannot be started; the text says what to do.</exception>
    public static async Task<PrivatePostgres> StartAsync(StorageOptions options, ILogger<PrivatePostgres> logger, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var dataFolder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.DataFolder));
        var fileLock = Lock(dataFolder);
        try
        {
            var account = PostgresAccount.Choose();
            await account.CheckReachableAsync(dataFolder, cancellationToken);
            var cluster = new PostgresCluster(dataFolder, account);
            var binaries = PostgresBinaries.Find(options.PostgresBinaries, cluster.Major);
            await cluster.CreateAsync(binaries, cancellationToken);
            await StopEarlierAsync(cluster, account, options.StartTimeout, logger, cancellationToken);

            var socket = await cluster.SocketFolderAsync(cancellationToken);
            string[] command = [Path.Combine(binaries, "postgres"), "-D", cluster.Folder, "-k", socket, "-p", "5432", "-c", "listen_addresses="];
            var connectionString = new NpgsqlConnectionStringBuilder
            {
                Host = socket,
                Username = User,
                Database = User,
                GssEncryptionMode = GssEncryptionMode.Disable,
            }.ConnectionString;
            var supervisor = new PostgresSupervisor(account, command, connectionString, options, logger);
            await supervisor.StartAsync(cancellationToken);

            Log.Started(logger, cluster.Folder, account.Name, (long)watch.Elapsed.TotalMilliseconds);
            return new PrivatePostgres(fileLock, supervisor, connectionString);
        }
        catch
        {
            await fileLock.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the database and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _supervisor.DisposeAsync();
        await _lock.DisposeAsync();
    }

    // The lock ends with the process that holds it, so it is never stale.
    private static FileStream Lock(string dataFolder)
    {
        var path = Path.Combine(dataFolder, "pg.lock");
        try
        {
            Directory.CreateDirectory(dataFolder);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StorageException(
                $"当前用户无权写入数据文件夹“{dataFolder}”。请改正其权限,或用 Storage:DataFolder 另选文件夹。",
                $"This user may not write to the data folder '{dataFolder}'. Correct its permissions, or choose another with Storage:DataFolder.",
                exception);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new StorageException(
                $"数据文件夹“{dataFolder}”正被另一个枢纽进程使用。请先停止它,或用 Storage:DataFolder 另选文件夹。",
                $"The data folder '{dataFolder}' is in use by another hub. Stop that one, or choose another folder with Storage:DataFolder.",
                exception);
        }
    }

    // The hub holds the lock, so a database on these files is one whose hub was killed: it is stopping or has lost its guard.
    private static async Task StopEarlierAsync(
        PostgresCluster cluster, PostgresAccount account, TimeSpan timeout, ILogger logger, CancellationToken cancellationToken)
    {
        if (cluster.RunningProcess() is not { } earlier)
        {
            return;
        }

        Log.StoppingEarlier(logger, earlier);
        var id = earlier.ToString(CultureInfo.InvariantCulture);
        await account.RunAsync(["/bin/sh", "-c", """kill -INT "$1" """, "sh", id], cancellationToken);
        var watch = Stopwatch.StartNew();
        while (cluster.RunningProcess() == earlier)
        {
            if (watch.Elapsed > timeout)
            {
                throw new StorageException(
                    $"上次运行的数据库(进程 {earlier})在 {timeout.TotalSeconds:0} 秒内没有停止。请稍后重试。",
                    $"The database of an earlier run (process {earlier}) did not stop within {timeout.TotalSeconds:0} s. Try again later.");
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Private PostgreSQL started in {Folder} as {Account} after {ElapsedMs} ms")]
        public static partial void Started(ILogger logger, string folder, string account, long elapsedMs);

        [LoggerMessage(LogLevel.Information, "Stopping the private PostgreSQL of an earlier run, process {Process}")]
        public static partial void StoppingEarlier(ILogger logger, int process);
    }
}
