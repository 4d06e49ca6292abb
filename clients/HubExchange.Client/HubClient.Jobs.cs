using HubExchange.V1;

namespace HubExchange.Client;

/// <content>Jobs that the hub does by the clock.</content>
public sealed partial class HubClient
{
    /// <summary>Lists the jobs with schedule, next run and last result.</summary>
    public async Task<IReadOnlyList<Job>> ListJobsAsync(CancellationToken cancellationToken = default) =>
        (await _connection.CallAsync(options => _jobs.ListJobsAsync(new ListJobsRequest(), options), cancellationToken)).Jobs;

    /// <summary>Has a job run now, on one of the hubs. Look for the run in <see cref="ListJobRunsAsync"/>.</summary>
    /// <param name="id">Job.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The run, not begun.</returns>
    public async Task<JobRun> RunJobAsync(string id, CancellationToken cancellationToken = default) =>
        (await _connection.CallAsync(options => _jobs.RunJobAsync(new RunJobRequest { Id = id }, options), cancellationToken)).Run;

    /// <summary>Has a job run no longer by the clock.</summary>
    public async Task<Job> PauseJobAsync(string id, CancellationToken cancellationToken = default) =>
        (await _connection.CallAsync(options => _jobs.PauseJobAsync(new PauseJobRequest { Id = id }, options), cancellationToken)).Job;

    /// <summary>Has a job run by the clock again.</summary>
    public async Task<Job> ResumeJobAsync(string id, CancellationToken cancellationToken = default) =>
        (await _connection.CallAsync(options => _jobs.ResumeJobAsync(new ResumeJobRequest { Id = id }, options), cancellationToken)).Job;

    /// <summary>Changes when a job runs.</summary>
    /// <param name="id">Job.</param>
    /// <param name="schedule">Cron expression with seconds, Asia/Shanghai; null for the default one.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Job> SetJobScheduleAsync(string id, string? schedule, CancellationToken cancellationToken = default)
    {
        var request = new SetJobScheduleRequest { Id = id, Schedule = schedule ?? "" };
        return (await _connection.CallAsync(options => _jobs.SetJobScheduleAsync(request, options), cancellationToken)).Job;
    }

    /// <summary>Lists runs, newest first.</summary>
    /// <param name="job">Only of this job; null means all.</param>
    /// <param name="state">Only in this state; any unless said otherwise.</param>
    /// <param name="pageSize">Runs per page, at most 1,000; 0 means 50.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<JobRun> ListJobRunsAsync(
        string? job = null, JobRunState state = JobRunState.Unspecified, int pageSize = 0, CancellationToken cancellationToken = default) =>
        PageAsync<JobRun>(
            async token =>
            {
                var request = new ListJobRunsRequest { Job = job ?? "", State = state, PageSize = pageSize, PageToken = token };
                var response = await _connection.CallAsync(options => _jobs.ListJobRunsAsync(request, options), cancellationToken);
                return (response.Runs, response.NextPageToken);
            },
            cancellationToken);
}
