using HubExchange.Server.Changes;
using HubExchange.Server.Hosting;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// Has the digests in memory follow the feed between heartbeats, the sooner the more is committed. A heartbeat then finds little left to
/// follow however much was pushed since the last one, and never so much that the tables have to be read anew.
/// </summary>
internal sealed partial class LiveSetFollower(
    LiveSets sets, RecentCommits recent, IOptions<ReconciliationOptions> options, TimeProvider time, ILogger<LiveSetFollower> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await recent.Filling.WaitAsync(TimeSpan.FromSeconds(options.Value.FollowSeconds), time, stoppingToken);
                await sets.FollowAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.Failed(logger, exception);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Digests could not follow the feed; the next heartbeat brings them up to date")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
