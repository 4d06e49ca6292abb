using HubExchange.Server.Errors;
using Quartz;

namespace HubExchange.Server.Jobs;

/// <summary>When jobs run. The schedule is in the database and the same for all hubs.</summary>
internal sealed class JobSchedule(ISchedulerFactory factory, JobBook book) : IDisposable
{
    private const string Group = "hub";

    private readonly SemaphoreSlim _preparing = new(1);
    private bool _isPrepared;

    private static TimeZoneInfo China => TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    /// <summary>The scheduler, with every job in it. Whether it runs here is somebody else's matter.</summary>
    public async Task<IScheduler> GetAsync(CancellationToken cancellationToken)
    {
        var scheduler = await factory.GetScheduler(cancellationToken);
        await _preparing.WaitAsync(cancellationToken);
        try
        {
            if (!_isPrepared)
            {
                await PrepareAsync(scheduler, cancellationToken);
                _isPrepared = true;
            }
        }
        finally
        {
            _preparing.Release();
        }

        return scheduler;
    }

    /// <summary>Has unfinished runs of a job done as soon as a hub is free.</summary>
    public async Task FireAsync(string job, CancellationToken cancellationToken) =>
        await (await GetAsync(cancellationToken)).TriggerJob(new JobKey(job, Group), cancellationToken: cancellationToken);

    /// <summary>When a job runs, whether it is paused, and when it runs next.</summary>
    public async Task<(string Cron, bool IsPaused, DateTimeOffset? Next)> ReadAsync(string job, CancellationToken cancellationToken)
    {
        var scheduler = await GetAsync(cancellationToken);
        var key = ClockOf(job);
        var trigger = await scheduler.GetTrigger(key, cancellationToken) as ICronTrigger;
        var isPaused = await scheduler.GetTriggerState(key, cancellationToken) == TriggerState.Paused;
        return (trigger?.CronExpressionString ?? "", isPaused, isPaused ? null : trigger?.NextFireTimeUtc);
    }

    public async Task PauseAsync(string job, CancellationToken cancellationToken) =>
        await (await GetAsync(cancellationToken)).PauseTrigger(ClockOf(job), cancellationToken);

    // With a trigger of its own, so that what was missed meanwhile is not made up for.
    public async Task ResumeAsync(string job, CancellationToken cancellationToken)
    {
        var (cron, isPaused, _) = await ReadAsync(job, cancellationToken);
        if (isPaused)
        {
            await (await GetAsync(cancellationToken)).RescheduleJob(ClockOf(job), TriggerOf(job, cron), cancellationToken);
        }
    }

    /// <exception cref="Grpc.Core.RpcException">REQUEST_INVALID: no cron expression, or one that never fires.</exception>
    public async Task ChangeAsync(string job, string cron, CancellationToken cancellationToken)
    {
        if (!CronExpression.TryParse(cron, out _))
        {
            throw HubErrors.InvalidRequest(new FieldProblem(
                "schedule", "不是有效的 cron 表达式(秒 分 时 日 月 周),例如 0 30 2 * * ?", "is no cron expression (second minute hour day month weekday), e.g. 0 30 2 * * ?"));
        }

        var scheduler = await GetAsync(cancellationToken);
        var (_, isPaused, _) = await ReadAsync(job, cancellationToken);
        try
        {
            await scheduler.RescheduleJob(ClockOf(job), TriggerOf(job, cron), cancellationToken);
        }
        catch (SchedulerException)
        {
            throw HubErrors.InvalidRequest(new FieldProblem("schedule", "该表达式不会再触发", "never fires again"));
        }

        if (isPaused)
        {
            await scheduler.PauseTrigger(ClockOf(job), cancellationToken);
        }
    }

    public void Dispose() => _preparing.Dispose();

    // What is scheduled already stays: it may have been changed. Another hub may do the same at the same time.
    private async Task PrepareAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        foreach (var job in book.All)
        {
            if (await scheduler.Exists(ClockOf(job.Id), cancellationToken))
            {
                continue;
            }

            var detail = JobBuilder.Create<ScheduledJob>()
                .WithIdentity(job.Id, Group)
                .WithDescription(job.Label)
                .StoreDurably()
                .RequestRecovery()
                .Build();
            try
            {
                await scheduler.ScheduleJob(detail, TriggerOf(job.Id, job.Schedule), cancellationToken: cancellationToken);
            }
            catch (ObjectAlreadyExistsException)
            {
            }
        }
    }

    private static ITrigger TriggerOf(string job, string cron) => TriggerBuilder.Create()
        .WithIdentity(ClockOf(job))
        .ForJob(new JobKey(job, Group))
        .WithSchedule(CronScheduleBuilder.Create(cron).InTimeZone(China).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed))
        .Build();

    private static TriggerKey ClockOf(string job) => new(job, ScheduledJob.ClockGroup);
}
