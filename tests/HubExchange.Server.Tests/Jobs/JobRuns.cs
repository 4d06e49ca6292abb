using HubExchange.Client;
using HubExchange.Server.Jobs;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;

namespace HubExchange.Server.Tests.Jobs;

/// <summary>Runs of jobs, waited for.</summary>
internal static class JobRuns
{
    public const string Enabled = "--Jobs:Enabled=true";

    /// <summary>Has a job run and returns its run once it has ended.</summary>
    public static async Task<JobRun> RunToEndAsync(this HubClient client, string job) =>
        await client.EndOfAsync(await client.RunJobAsync(job));

    /// <summary>Does a run as if the clock had struck an hour, UTC, on a day; eight hours later in China.</summary>
    public static async Task RunOnAsync(TestHub hub, string job, DateOnly day, int hour = 0)
    {
        var services = hub.Services;
        Assert.True(await services.GetRequiredService<JobRunner>().RunAsync(
            services.GetRequiredService<JobBook>().Find(job)!, day.ToDateTime(new TimeOnly(hour, 0), DateTimeKind.Utc), "test", CancellationToken.None));
    }

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
