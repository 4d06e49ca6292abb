using HubExchange.Client;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Jobs;

/// <summary>Runs of jobs, waited for.</summary>
internal static class JobRuns
{
    public const string Enabled = "--Jobs:Enabled=true";

    /// <summary>Has a job run and returns its run once it has ended.</summary>
    public static async Task<JobRun> RunToEndAsync(this HubClient client, string job) =>
        await client.EndOfAsync(await client.RunJobAsync(job));

    /// <summary>The run once it has ended.</summary>
    public static async Task<JobRun> EndOfAsync(this HubClient client, JobRun run)
    {
        var last = run;
        await Eventually.HoldsAsync(
            async () =>
            {
                last = await client.ListJobRunsAsync(run.Job).FirstAsync(each => each.Id == run.Id);
                return last.State is JobRunState.Succeeded or JobRunState.Failed;
            },
            $"run {run.Id} of {run.Job} has ended");
        return last;
    }
}
