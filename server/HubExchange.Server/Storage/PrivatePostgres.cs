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

    // Starts normally take a tenth of a second; after this the operator is told what it is waiting for.
    private static readonly TimeSpan LongStart = TimeSpan.FromSeconds(2);

    // An earlier database that has not ended yet. It will, so these are worth another attempt.
    private static readonly string[] PassingFailures = ["already exists", "pre-existing shared memory block"];

    private readonly FileStream _lock;
    private readonly PostgresProcess _process;
    private readonly TimeSpan _stopTimeout;
    private readonly ILogger _logger;
    private bool _isStopping;

    private PrivatePostgres(FileStream @lock, PostgresProcess process, string connectionString, TimeSpan stopTimeout, ILogger logger)
    {
        _lock = @lock;
        _process = process;
        ConnectionString = connectionString;
        _stopTimeout = stopTimeout;
        _logger = logger;
        _ = ReportEndAsync();
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
            var process = await StartAsync(account, command, connectionString, options, logger, cancellationToken);

            Log.Started(logger, cluster.Folder, account.Name, (long)watch.Elapsed.TotalMilliseconds);
            return new PrivatePostgres(fileLock, process, connectionString, options.StopTimeout, logger);
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
        _isStopping = true;
        if (await _process.StopAsync(_stopTimeout))
        {
            Log.Stopped(_logger);
        }
        else
        {
            Log.StillStopping(_logger, _stopTimeout);
        }

        _process.Dispose();
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

    private static async Task<PostgresProcess> StartAsync(
        PostgresAccount account,
        string[] command,
        string connectionString,
        StorageOptions options,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var process = PostgresProcess.Start(account, command, line => Log.FromDatabase(logger, line));
            try
            {
                if (await BecomesReadyAsync(process, connectionString, watch, options.StartTimeout, logger, cancellationToken))
                {
                    return process;
                }
            }
            catch
            {
                await process.StopAsync(options.StopTimeout);
                process.Dispose();
                throw;
            }

            var lines = process.LastLines;
            process.Dispose();
            if (watch.Elapsed > options.StartTimeout || !PassingFailures.Any(failure => lines.Contains(failure, StringComparison.Ordinal)))
            {
                throw new StorageException($"数据库无法启动:{Environment.NewLine}{lines}", $"The database did not start:{Environment.NewLine}{lines}");
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    // False: the process has ended.
    private static async Task<bool> BecomesReadyAsync(
        PostgresProcess process,
        string connectionString,
        Stopwatch watch,
        TimeSpan timeout,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        var isReported = false;
        while (!process.Ended.IsCompleted)
        {
            if (await IsReadyAsync(connectionString, cancellationToken))
            {
                return true;
            }

            if (watch.Elapsed > timeout)
            {
                throw new StorageException(
                    $"数据库在 {timeout.TotalSeconds:0} 秒内没有就绪,可能仍在恢复数据。请调大 Storage:StartTimeout 后重试。{Environment.NewLine}{process.LastLines}",
                    $"The database was not ready within {timeout.TotalSeconds:0} s; it may still be recovering. Raise Storage:StartTimeout and try again.");
            }

            if (!isReported && watch.Elapsed > LongStart)
            {
                Log.Recovering(logger);
                isReported = true;
            }

            await Task.Delay(PollInterval, cancellationToken);
        }

        return false;
    }

    private static async Task<bool> IsReadyAsync(string connectionString, CancellationToken cancellationToken)
    {
        // Every cluster has the database "postgres"; the hub's own is made on the first start.
        var initial = new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres", Pooling = false };
        try
        {
            await using var connection = new NpgsqlConnection(initial.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await using var exists = new NpgsqlCommand("select exists (select from pg_database where datname = $1)", connection)
            {
                Parameters = { new NpgsqlParameter<string> { TypedValue = User } },
            };
            if (await exists.ExecuteScalarAsync(cancellationToken) is false)
            {
                await using var create = new NpgsqlCommand($"create database {User}", connection);
                await create.ExecuteNonQueryAsync(cancellationToken);
            }

            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.CannotConnectNow)
        {
            return false;
        }
        catch (NpgsqlException exception) when (exception is not PostgresException)
        {
            // No socket yet.
            return false;
        }
    }

    private async Task ReportEndAsync()
    {
        await _process.Ended;
        if (!_isStopping)
        {
            Log.Ended(_logger, _process.LastLines);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Private PostgreSQL started in {Folder} as {Account} after {ElapsedMs} ms")]
        public static partial void Started(ILogger logger, string folder, string account, long elapsedMs);

        [LoggerMessage(LogLevel.Information, "Private PostgreSQL stopped")]
        public static partial void Stopped(ILogger logger);

        [LoggerMessage(LogLevel.Warning, "Private PostgreSQL did not stop within {Timeout}; it goes on stopping by itself")]
        public static partial void StillStopping(ILogger logger, TimeSpan timeout);

        [LoggerMessage(LogLevel.Information, "Stopping the private PostgreSQL of an earlier run, process {Process}")]
        public static partial void StoppingEarlier(ILogger logger, int process);

        [LoggerMessage(LogLevel.Information, "Private PostgreSQL is recovering after a crash; this can take a while")]
        public static partial void Recovering(ILogger logger);

        [LoggerMessage(LogLevel.Critical, "Private PostgreSQL ended by itself: {LastLines}")]
        public static partial void Ended(ILogger logger, string lastLines);

        [LoggerMessage(LogLevel.Debug, "PostgreSQL: {Line}")]
        public static partial void FromDatabase(ILogger logger, string line);
    }
}
