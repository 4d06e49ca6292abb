using HubExchange.Server.Hosting;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Jobs;

/// <summary>Starts and stops the scheduler with the hub, and has runs gone on with of which nothing is heard any more.</summary>
internal sealed partial class JobHost(
    JobSchedule schedule, JobStore store, IOptions<JobOptions> options, TimeProvider time, ILogger<JobHost> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    private bool _isStarted;

    // A database that fails is reported where it does; the next turn tries again.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => options.Value.Enabled
        ? Periodically.RunAsync(Period, time, RunOnceAsync, exception => Log.Failed(logger, exception), stoppingToken)
        : Task.CompletedTask;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_isStarted)
        {
            await (await schedule.GetAsync(CancellationToken.None)).Shutdown(waitForJobsToComplete: true, CancellationToken.None);
        }
    }

    private async Task RunOnceAsync(CancellationToken stoppingToken)
    {
        if (!_isStarted)
        {
            await (await schedule.GetAsync(stoppingToken)).Start(stoppingToken);
            _isStarted = true;
        }

        foreach (var job in await store.ListStalledAsync((time.GetUtcNow() - options.Value.StallTimeout).UtcDateTime, stoppingToken))
        {
            await schedule.FireAsync(job, stoppingToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Jobs could not be looked after; tried again within seconds")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
