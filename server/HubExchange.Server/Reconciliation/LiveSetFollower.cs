using HubExchange.Server.Hosting;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// Has the digests in memory follow the feed between heartbeats. A heartbeat then finds little left to follow however much was pushed since
/// the last one, and never so much that the tables have to be read anew.
/// </summary>
internal sealed partial class LiveSetFollower(
    LiveSets sets, IOptions<ReconciliationOptions> options, TimeProvider time, ILogger<LiveSetFollower> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Periodically.RunAsync(
        TimeSpan.FromSeconds(options.Value.FollowSeconds), time, sets.FollowAsync, exception => Log.Failed(logger, exception), stoppingToken);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Digests could not follow the feed; the next heartbeat brings them up to date")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
