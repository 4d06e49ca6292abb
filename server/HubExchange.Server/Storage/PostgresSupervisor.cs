using System.Diagnostics;
using HubExchange.Server.Faults;
using Npgsql;

namespace HubExchange.Server.Storage;

/// <summary>
/// Keeps the private database running: starts it, and starts it again whenever it ends by itself, such as when it was killed or had no
/// room for its log. It never gives up, but waits longer from time to time, up to the limit of the options.
/// </summary>
internal sealed partial class PostgresSupervisor : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan FirstRestartDelay = TimeSpan.FromMilliseconds(100);

    // Starts normally take a tenth of a second; after this the operator is told what it is waiting for.
    private static readonly TimeSpan LongStart = TimeSpan.FromSeconds(2);

    // An earlier database that has not ended yet. It will, so these are worth another attempt.
    private static readonly string[] PassingFailures = ["already exists", "pre-existing shared memory block"];

    private readonly PostgresAccount _account;
    private readonly string[] _command;
    private readonly string _connectionString;
    private readonly StorageOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private PostgresProcess? _process;
    private Task _supervising = Task.CompletedTask;

    /// <param name="account">Account to run under.</param>
    /// <param name="command">Program and arguments.</param>
    /// <param name="connectionString">How to connect to the hub's own database in it.</param>
    /// <param name="options">Time limits.</param>
    /// <param name="logger">Takes the log of the database, too.</param>
    public PostgresSupervisor(
        PostgresAccount account, string[] command, string connectionString, StorageOptions options, ILogger logger)
    {
        _account = account;
        _command = command;
        _connectionString = connectionString;
        _options = options;
        _logger = logger;
    }

    /// <summary>The database has been started again; connections to the one before are of no use.</summary>
    public event Action? Restarted;

    /// <summary>Starts the database and returns when it accepts connections.</summary>
    /// <exception cref="StorageException">It cannot be started, or not in time.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _process = await StartAsync(_options.StartTimeout, cancellationToken);
        _supervising = SuperviseAsync();
    }

    /// <summary>Stops the database and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _supervising;
        if (_process is { } process)
        {
            if (await process.StopAsync(_options.StopTimeout))
            {
                Log.Stopped(_logger);
            }
            else
            {
                Log.StillStopping(_logger, _options.StopTimeout);
            }

            process.Dispose();
        }

        _stop.Dispose();
    }

    private async Task SuperviseAsync()
    {
        try
        {
            while (true)
            {
                await _process!.Ended.WaitAsync(_stop.Token);
                Log.Ended(_logger, _process.LastLines);
                await RestartAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The hub stops.
        }
    }

    private async Task RestartAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        for (var delay = FirstRestartDelay; ; delay = TimeSpan.FromTicks(Math.Min(2 * delay.Ticks, _options.MaxRestartDelay.Ticks)))
        {
            await Task.Delay(delay, cancellationToken);
            try
            {
                await FailPoints.HitAsync(FailPoint.DatabaseRestart);

                // Recovery takes as long as it takes: ending it would only make it begin anew.
                var process = await StartAsync(TimeSpan.MaxValue, cancellationToken);
                _process!.Dispose();
                _process = process;
                Restarted?.Invoke();
                Log.Restarted(_logger, (long)watch.Elapsed.TotalMilliseconds);
                return;
            }
            catch (Exception exception) when (exception is StorageException or NpgsqlException)
            {
                Log.RestartFailed(_logger, exception.Message);
            }
        }
    }

    private async Task<PostgresProcess> StartAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var process = PostgresProcess.Start(_account, _command, line => Log.FromDatabase(_logger, line));
            try
            {
                if (await BecomesReadyAsync(process, watch, timeout, cancellationToken))
                {
                    return process;
                }
            }
            catch
            {
                await process.StopAsync(_options.StopTimeout);
                process.Dispose();
                throw;
            }

            var lines = process.LastLines;
            process.Dispose();
            if (watch.Elapsed > timeout || !PassingFailures.Any(failure => lines.Contains(failure, StringComparison.Ordinal)))
            {
                throw new StorageException($"数据库无法启动:{Environment.NewLine}{lines}", $"The database did not start:{Environment.NewLine}{lines}");
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    // False: the process has ended.
    private async Task<bool> BecomesReadyAsync(
        PostgresProcess process, Stopwatch watch, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var isReported = false;
        while (!process.Ended.IsCompleted)
        {
            if (await IsReadyAsync(cancellationToken))
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
                Log.Recovering(_logger);
                isReported = true;
            }

            await Task.Delay(PollInterval, cancellationToken);
        }

        return false;
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        // Every cluster has the database "postgres"; the hub's own is made on the first start.
        var initial = new NpgsqlConnectionStringBuilder(_connectionString) { Database = "postgres", Pooling = false };
        try
        {
            await using var connection = new NpgsqlConnection(initial.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await using var exists = new NpgsqlCommand("select exists (select from pg_database where datname = $1)", connection)
            {
                Parameters = { new NpgsqlParameter<string> { TypedValue = PrivatePostgres.User } },
            };
            if (await exists.ExecuteScalarAsync(cancellationToken) is false)
            {
                await using var create = new NpgsqlCommand($"create database {PrivatePostgres.User}", connection);
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

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Private PostgreSQL stopped")]
        public static partial void Stopped(ILogger logger);

        [LoggerMessage(LogLevel.Warning, "Private PostgreSQL did not stop within {Timeout}; it goes on stopping by itself")]
        public static partial void StillStopping(ILogger logger, TimeSpan timeout);

        [LoggerMessage(LogLevel.Information, "Private PostgreSQL is recovering after a crash; this can take a while")]
        public static partial void Recovering(ILogger logger);

        [LoggerMessage(LogLevel.Critical, "Private PostgreSQL ended by itself and is started again: {LastLines}")]
        public static partial void Ended(ILogger logger, string lastLines);

        [LoggerMessage(LogLevel.Error, "Private PostgreSQL could not be started again yet: {Problem}")]
        public static partial void RestartFailed(ILogger logger, string problem);

        [LoggerMessage(LogLevel.Warning, "Private PostgreSQL works again after {ElapsedMs} ms")]
        public static partial void Restarted(ILogger logger, long elapsedMs);

        [LoggerMessage(LogLevel.Debug, "PostgreSQL: {Line}")]
        public static partial void FromDatabase(ILogger logger, string line);
    }
}
