using HubExchange.Contracts.Entities;
using HubExchange.Server.Hosting;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Snapshots;

/// <summary>
/// Looks after snapshots that nobody looks after: abandons those that do not go on, makes the deletions of approved ones that were broken
/// off, and forgets those that were closed long ago.
/// </summary>
internal sealed partial class SnapshotKeeper(
    SnapshotStore store,
    SnapshotApproval approval,
    EntityTypes types,
    IOptions<SnapshotOptions> options,
    TimeProvider time,
    ILogger<SnapshotKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    /// <summary>Does one step of each kind.</summary>
    /// <returns>Whether there may be more to do.</returns>
    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var limit = options.Value.KeeperBatch;
        var abandoned = await store.AbandonIdleAsync(now.AddDays(-options.Value.IdleDays), now, limit, cancellationToken);
        if (abandoned > 0)
        {
            Log.Abandoned(logger, abandoned, options.Value.IdleDays);
        }

        foreach (var id in await store.ListApprovedAsync(limit, cancellationToken))
        {
            // A type that the hub no longer exchanges keeps its records.
            if (await store.GetAsync(id, "", cancellationToken) is { } snapshot && types.Find(snapshot.Type) is not null)
            {
                var done = await approval.RunAsync(snapshot, int.MaxValue, cancellationToken);
                Log.Finished(logger, id, done.DeletedRecords);
            }
        }

        var forgotten = await store.DeleteClosedAsync(now.AddDays(-options.Value.ClosedRetentionDays), limit, cancellationToken);
        return abandoned == limit || forgotten == limit;
    }

    // What waits a little longer does no harm; a failing database is reported where it does.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Periodically.RunAsync(Period, time, RunAsync, exception => Log.Failed(logger, exception), stoppingToken);

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        while (await RunOnceAsync(stoppingToken))
        {
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Abandoned {Abandoned} snapshot(s) without a frame for {Days} days")]
        public static partial void Abandoned(ILogger logger, int abandoned, int days);

        [LoggerMessage(LogLevel.Information, "Finished approved snapshot {Id}: {Deleted} record(s) deleted")]
        public static partial void Finished(ILogger logger, long id, long deleted);

        [LoggerMessage(LogLevel.Warning, "Snapshots could not be looked after; tried again within minutes")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
