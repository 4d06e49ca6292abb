using HubExchange.Contracts.Entities;
using HubExchange.Server.Hosting;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// Does the reconciliations that jobs asked for, at the hub where the source attends. One whose hub died is begun anew by the hub at which
/// the source attends next, and given up when there is none for long.
/// </summary>
internal sealed partial class ReconciliationQueue(
    Attendances attendances,
    ReconciliationRunner runner,
    ReconciliationStore store,
    ReconciliationRights rights,
    EntityTypes types,
    IOptions<ReconciliationOptions> options,
    TimeProvider time,
    ILogger<ReconciliationQueue> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Periodically.RunAsync(
        TimeSpan.FromSeconds(options.Value.QueueSeconds), time, RunOnceAsync, exception => Log.Failed(logger, exception), stoppingToken);

    private async Task RunOnceAsync(CancellationToken cancellationToken) => await Parallel.ForEachAsync(
        await store.ListOpenAsync(cancellationToken),
        new ParallelOptions { MaxDegreeOfParallelism = options.Value.MaxConcurrent, CancellationToken = cancellationToken },
        async (open, cancellation) => await RunAsync(open, cancellation));

    private async Task RunAsync(OpenReconciliation open, CancellationToken cancellationToken)
    {
        try
        {
            if (types.Find(open.Type) is { } type && attendances.Find(open.Source, type) is { } attendance)
            {
                await runner.RunQueuedAsync(open.Id, attendance, type, cancellationToken);
            }
            else if (time.GetUtcNow().UtcDateTime - open.StartedAt > TimeSpan.FromMinutes(options.Value.QueueMinutes))
            {
                await GiveUpAsync(open, cancellationToken);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The others go on; this one is tried again.
            Log.NotDone(logger, exception, open.Id, open.Source, open.Type);
        }
    }

    // Whoever is at it has the right to reconcile.
    private async Task GiveUpAsync(OpenReconciliation open, CancellationToken cancellationToken)
    {
        await using var right = await rights.TryTakeAsync(open.Source, open.Type, cancellationToken);
        if (right is not null)
        {
            await store.GiveUpAsync(
                open.Id, "来源一直未值守,对账取消。 The source did not attend for long, so it was given up.", time.GetUtcNow(), cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Reconciliations that wait could not be read; tried again within seconds")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(LogLevel.Warning, "Reconciliation {Id} of {Source} {Type} could not be done; tried again within seconds")]
        public static partial void NotDone(ILogger logger, Exception exception, long id, string source, string type);
    }
}
