using HubExchange.Server.Hosting;
using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Audit;

/// <summary>Makes the partitions of the audit ahead, and drops those that have been kept long enough.</summary>
internal sealed partial class AuditRetention(
    HubStorage storage, IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditRetention> logger) : BackgroundService
{
    /// <summary>Partitions must be there before the first entry.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RunOnceAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Makes and drops what is due.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(SqlFiles.Read("Audit/KeepAudit.sql"), connection)
        {
            Parameters = { new NpgsqlParameter<int> { TypedValue = options.Value.RetentionDays } },
        };
        if (await command.ExecuteScalarAsync(cancellationToken) is > 0 and int dropped)
        {
            Log.Dropped(logger, dropped);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Periodically.RunAsync(options.Value.RetentionPeriod, time, RunOnceAsync, exception => Log.Failed(logger, exception), stoppingToken);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Months} months of the audit were kept long enough and dropped")]
        public static partial void Dropped(ILogger logger, int months);

        [LoggerMessage(LogLevel.Warning, "The partitions of the audit could not be looked after; tried again later")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
