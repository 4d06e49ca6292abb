using HubExchange.Server.Hosting;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Reconciliation;

/// <summary>Has checkpoints of the digests in memory written from time to time, so that a hub that is killed need not read everything again.</summary>
internal sealed partial class CheckpointKeeper(
    LiveSets sets, IOptions<ReconciliationOptions> options, TimeProvider time, ILogger<CheckpointKeeper> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Periodically.RunAsync(
        TimeSpan.FromSeconds(options.Value.CheckpointSeconds), time, sets.SaveAsync, exception => Log.Failed(logger, exception), stoppingToken);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Checkpoints of digests could not be written; tried again later")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
