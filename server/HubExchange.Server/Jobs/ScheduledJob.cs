using Quartz;

namespace HubExchange.Server.Jobs;

/// <summary>
/// What the scheduler starts, for every job. First come the runs that were asked for, given back or left by a hub that died; no other
/// hub is at them, because the scheduler starts a job once at a time over all hubs.
/// </summary>
[DisallowConcurrentExecution]
internal sealed class ScheduledJob(JobBook book, JobStore store, JobRunner runner) : IJob
{
    /// <summary>Group of the triggers that fire by the clock; others only ask for what is unfinished.</summary>
    public const string ClockGroup = "clock";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        if (book.Find(context.JobDetail.Key.Name) is not { } job)
        {
            return;
        }

        var hub = context.Scheduler.SchedulerInstanceId;
        foreach (var slot in await store.ListUnfinishedAsync(job.Definition.Id, cancellationToken))
        {
            await runner.RunAsync(job, slot, hub, cancellationToken);
        }

        if (context.Trigger.Key.Group == ClockGroup && context.ScheduledFireTimeUtc is { } scheduled)
        {
            await runner.RunAsync(job, scheduled.UtcDateTime, hub, cancellationToken);
        }
    }
}
