using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using HubExchange.Server.Identity;
using HubExchange.Server.Query;
using HubExchange.V1;

namespace HubExchange.Server.Jobs;

internal sealed partial class JobService(JobBook book, JobSchedule schedule, JobStore store, TimeProvider time, ILogger<JobService> logger)
    : V1.JobService.JobServiceBase
{
    public override async Task<ListJobsResponse> ListJobs(ListJobsRequest request, ServerCallContext context)
    {
        var last = await store.LastRunsAsync(context.CancellationToken);
        var response = new ListJobsResponse();
        foreach (var job in book.All)
        {
            response.Jobs.Add(await ReadAsync(job, last.GetValueOrDefault(job.Id), context.CancellationToken));
        }

        return response;
    }

    public override async Task<RunJobResponse> RunJob(RunJobRequest request, ServerCallContext context)
    {
        var job = book.Demand(request.Id);
        var by = context.GetCaller().Name;
        var run = await store.QueueAsync(job.Id, by, time.GetUtcNow().UtcDateTime, context.CancellationToken);
        await schedule.FireAsync(job.Id, context.CancellationToken);
        Log.Asked(logger, job.Id, run.Id, by);
        return new RunJobResponse { Run = run };
    }

    public override async Task<PauseJobResponse> PauseJob(PauseJobRequest request, ServerCallContext context)
    {
        var job = book.Demand(request.Id);
        await schedule.PauseAsync(job.Id, context.CancellationToken);
        Log.Paused(logger, job.Id, context.GetCaller().Name);
        return new PauseJobResponse { Job = await ReadAsync(job, context.CancellationToken) };
    }

    public override async Task<ResumeJobResponse> ResumeJob(ResumeJobRequest request, ServerCallContext context)
    {
        var job = book.Demand(request.Id);
        await schedule.ResumeAsync(job.Id, context.CancellationToken);
        Log.Resumed(logger, job.Id, context.GetCaller().Name);
        return new ResumeJobResponse { Job = await ReadAsync(job, context.CancellationToken) };
    }

    public override async Task<SetJobScheduleResponse> SetJobSchedule(SetJobScheduleRequest request, ServerCallContext context)
    {
        var job = book.Demand(request.Id);
        await schedule.ChangeAsync(job.Id, request.Schedule.Length > 0 ? request.Schedule : job.Schedule, context.CancellationToken);
        Log.Changed(logger, job.Id, request.Schedule, context.GetCaller().Name);
        return new SetJobScheduleResponse { Job = await ReadAsync(job, context.CancellationToken) };
    }

    public override async Task<ListJobRunsResponse> ListJobRuns(ListJobRunsRequest request, ServerCallContext context)
    {
        var size = PageToken.SizeOf(request.PageSize);
        if (request.Job.Length > 0)
        {
            book.Demand(request.Job);
        }

        string[] list = ["job-runs", request.Job, JobStore.CodeOf(request.State)];
        var after = PageToken.Read(request.PageToken, list);
        var runs = await store.ListAsync(
            request.Job,
            request.State,
            after.Length == 0 ? long.MaxValue : long.Parse(after, CultureInfo.InvariantCulture),
            size + 1,
            context.CancellationToken);
        return new ListJobRunsResponse
        {
            Runs = { runs.Take(size) },
            NextPageToken = runs.Count > size ? PageToken.Write(runs[size - 1].Id.ToString(CultureInfo.InvariantCulture), list) : "",
        };
    }

    private async Task<Job> ReadAsync(JobDefinition job, CancellationToken cancellationToken) =>
        await ReadAsync(job, (await store.ListAsync(job.Id, JobRunState.Unspecified, long.MaxValue, 1, cancellationToken)).FirstOrDefault(), cancellationToken);

    private async Task<Job> ReadAsync(JobDefinition job, JobRun? last, CancellationToken cancellationToken)
    {
        var (cron, isPaused, next) = await schedule.ReadAsync(job.Id, cancellationToken);
        return new Job
        {
            Id = job.Id,
            Label = job.Label,
            LabelEn = job.LabelEn,
            Description = job.Description,
            DescriptionEn = job.DescriptionEn,
            Schedule = cron,
            DefaultSchedule = job.Schedule,
            Paused = isPaused,
            NextFire = next?.ToTimestamp(),
            LastRun = last,
        };
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Job {Job}: run {Run} asked for by {By}")]
        public static partial void Asked(ILogger logger, string job, long run, string by);

        [LoggerMessage(LogLevel.Information, "Job {Job} paused by {By}")]
        public static partial void Paused(ILogger logger, string job, string by);

        [LoggerMessage(LogLevel.Information, "Job {Job} resumed by {By}")]
        public static partial void Resumed(ILogger logger, string job, string by);

        [LoggerMessage(LogLevel.Information, "Job {Job} runs at {Schedule} now, says {By}")]
        public static partial void Changed(ILogger logger, string job, string schedule, string by);
    }
}
