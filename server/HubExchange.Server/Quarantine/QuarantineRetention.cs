using Dapper;
using HubExchange.Server.Hosting;
using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Quarantine;

/// <summary>Deletes closed changes whose time has passed, once an hour. Open ones are never deleted.</summary>
internal sealed partial class QuarantineRetention(
    HubStorage storage, IOptions<QuarantineOptions> options, TimeProvider time, ILogger<QuarantineRetention> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>Deletes one batch, oldest first.</summary>
    /// <returns>Number of changes deleted; fewer than a batch when nothing is left to delete.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().UtcDateTime.AddDays(-options.Value.ClosedRetentionDays);
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            SqlFiles.Read("Quarantine/DeleteClosed.sql"),
            new { before, limit = options.Value.RetentionBatch },
            cancellationToken: cancellationToken));
    }

    // What waits an hour longer does no harm; a failing database is reported where it does.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Periodically.RunAsync(Period, time, RunAsync, exception => Log.Failed(logger, exception), stoppingToken);

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        var sum = 0;
        int deleted;
        do
        {
            deleted = await RunOnceAsync(stoppingToken);
            sum += deleted;
        }
        while (deleted == options.Value.RetentionBatch);

        if (sum > 0)
        {
            Log.Deleted(logger, sum, options.Value.ClosedRetentionDays);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Deleted {Deleted} quarantined change(s) closed more than {Days} days ago")]
        public static partial void Deleted(ILogger logger, int deleted, int days);

        [LoggerMessage(LogLevel.Warning, "Closed quarantined changes could not be deleted; tried again within the hour")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
