using HubExchange.Server.Hosting;
using Npgsql;

namespace HubExchange.Server.Storage;

/// <summary>Makes the monthly partitions of a table ahead, and drops those that have been kept long enough.</summary>
/// <param name="storage">Where it is.</param>
/// <param name="what">What it is, for the log.</param>
/// <param name="file">The statement that does both; takes the days to keep, returns how many it dropped.</param>
/// <param name="days">Days that a partition is kept after its last.</param>
/// <param name="period">How often it is looked after.</param>
/// <param name="time">Clock of the periods; what is in the table is dated by the database.</param>
/// <param name="logger">Logger.</param>
internal abstract partial class MonthRetention(
    HubStorage storage, string what, string file, int days, TimeSpan period, TimeProvider time, ILogger logger) : BackgroundService
{
    /// <summary>Partitions must be there before the first row.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RunOnceAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Makes and drops what is due.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(SqlFiles.Read(file), connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = days } } };
        if (await command.ExecuteScalarAsync(cancellationToken) is > 0 and int dropped)
        {
            Log.Dropped(logger, dropped, what);
        }
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Periodically.RunAsync(period, time, RunOnceAsync, exception => Log.Failed(logger, exception, what), stoppingToken);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Months} months of the {What} were kept long enough and dropped")]
        public static partial void Dropped(ILogger logger, int months, string what);

        [LoggerMessage(LogLevel.Warning, "The partitions of the {What} could not be looked after; tried again later")]
        public static partial void Failed(ILogger logger, Exception exception, string what);
    }
}
