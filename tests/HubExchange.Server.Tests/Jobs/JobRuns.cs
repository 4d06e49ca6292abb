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

    /// <summary>Has a job succeed and returns every finding.</summary>
    public static async Task<List<Finding>> RunAsync(TestHub hub, string job)
    {
        var bureau = await hub.PersonAsync("bureau");
        var run = await bureau.RunToEndAsync(job);
        Assert.Equal((JobRunState.Succeeded, ""), (run.State, run.Problem));
        return await bureau.ListFindingsAsync().ToListAsync();
    }

    /// <summary>Has a job find so many things, and nothing else when it runs again.</summary>
    public static async Task<List<Finding>> RunTwiceAsync(TestHub hub, string job, long raised)
    {
        var bureau = await hub.PersonAsync("bureau");
        Assert.Equal(raised, (await bureau.RunToEndAsync(job)).Raised);
        var again = await bureau.RunToEndAsync(job);
        Assert.Equal((0L, 0L), (again.Raised, again.Resolved));
        var found = await bureau.ListFindingsAsync().ToListAsync();
        Assert.Equal(raised, found.Count);
        Assert.All(found, finding => Assert.Equal(2, finding.Revision));
        return found;
    }

    /// <summary>Has a job find that everything is mended.</summary>
    public static async Task MendedAsync(TestHub hub, string job, long resolved)
    {
        var bureau = await hub.PersonAsync("bureau");
        Assert.Equal(resolved, (await bureau.RunToEndAsync(job)).Resolved);
        Assert.Empty(await bureau.ListFindingsAsync().ToListAsync());
    }
}
