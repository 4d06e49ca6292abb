using Dapper;
using HubExchange.Client;
using HubExchange.Server.Jobs;
using HubExchange.Server.Storage;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;

namespace HubExchange.Server.Tests.Jobs;

/// <summary>Runs: once for a slot over all hubs, gone on with where they stopped, and fenced.</summary>
public sealed class JobRunTests(SharedCluster cluster)
{
    private static readonly DateTime Slot = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    [Fact]
    public async Task FencedHub_CommitsNothing_AndTheOtherGoesOnWhereTheLastStepEnded()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        var runner = hub.Services.GetRequiredService<JobRunner>();
        var storage = hub.Services.GetRequiredService<HubStorage>();
        await using (var connection = await storage.DataSource.OpenConnectionAsync())
        {
            await connection.ExecuteAsync("create table public.work (step integer, hub text)");
        }

        // The first hub stands still between two steps, and goes on only after the second has done the rest.
        var (isStanding, mayGoOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = runner.RunAsync(new CountingJob("first", async step =>
        {
            if (step == 2)
            {
                isStanding.SetResult();
                await mayGoOn.Task;
            }
        }), Slot, "first", CancellationToken.None);
        await isStanding.Task;

        // It holds the lock of its step, so whoever takes over waits until the database ends it. Here it is ended at once.
        await using var killer = await storage.DataSource.OpenConnectionAsync();
        var taken = runner.RunAsync(new CountingJob("second", _ => Task.CompletedTask), Slot, "second", CancellationToken.None);
        await Eventually.HoldsAsync(
            async () => await killer.ExecuteScalarAsync<long>(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and state = 'idle in transaction' and pid <> pg_backend_pid()") > 0,
            "the first hub's transaction is ended");
        Assert.True(await taken);
        mayGoOn.SetResult();
        await first;

        Assert.Equal(
            [(1, "first"), (2, "second"), (3, "second")],
            await killer.QueryAsync<(int, string)>("select step, hub from public.work order by step"));
        var run = Assert.Single(await hub.Services.GetRequiredService<JobStore>().ListAsync("counting", JobRunState.Unspecified, long.MaxValue, 10, CancellationToken.None));
        Assert.Equal((JobRunState.Succeeded, 2, "second", 3, ""), (run.State, run.Attempts, run.Hub, run.Steps, run.Problem));
        Assert.False(await runner.RunAsync(new CountingJob("third", _ => Task.CompletedTask), Slot, "third", CancellationToken.None));
    }

    [Fact]
    public async Task TwoHubs_RunASlotOnce_AndTheOneThatIsLeftGoesOn()
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();
        string[] settings = [JobRuns.Enabled, "--Jobs:CheckinInterval=00:00:01"];
        await using var first = await TestHub.StartAsync(database, null, settings);
        var bureau = await first.PersonAsync("bureau");
        var admin = await first.AdminAsync();
        await using (var second = await TestHub.StartAsync(database, null, settings))
        {
            await admin.SetJobScheduleAsync("retention", "* * * * * ?");
            await Eventually.HoldsAsync(async () => await bureau.ListJobRunsAsync("retention").CountAsync() >= 4, "four slots have run");
        }

        var before = (await bureau.ListJobRunsAsync("retention").FirstAsync()).Id;
        await Eventually.HoldsAsync(
            async () => (await bureau.ListJobRunsAsync("retention", JobRunState.Succeeded).FirstAsync()).Id > before + 1, "the hub that is left goes on");
        await admin.PauseJobAsync("retention");

        var runs = await bureau.ListJobRunsAsync("retention").ToListAsync();
        Assert.Equal(runs.Count, runs.Select(run => run.Slot).Distinct().Count());
        Assert.All(runs.Skip(1), run => Assert.Equal((JobRunState.Succeeded, ""), (run.State, run.Problem)));

        // The hub that left may have had a run in hand, which the other took over.
        Assert.True(runs.Count(run => run.Attempts > 1) <= 1, string.Join('\n', runs));
        Assert.All(runs.Where(run => run.Id > before + 1), run => Assert.Equal(0, run.Slot.Nanos));
    }

    [Fact]
    public async Task Jobs_AreListedPausedResumedAndRescheduled()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        var admin = await hub.AdminAsync();
        var jobs = await admin.ListJobsAsync();
        Assert.Equal(
            ["reconcile", "references", "conflicts", "totals", "effective", "deadlines", "finding-clock", "share-clock", "returns", "quality", "store-check", "retention"],
            jobs.Select(job => job.Id));
        Assert.All(jobs, job => Assert.True(job.NextFire is not null && job.Schedule == job.DefaultSchedule && job.Label.Length > 0 && !job.Paused));

        var paused = await admin.PauseJobAsync("returns");
        Assert.Equal((true, null), (paused.Paused, paused.NextFire));
        var moved = await admin.SetJobScheduleAsync("returns", "0 15 6 * * ?");
        Assert.Equal((true, "0 15 6 * * ?"), (moved.Paused, moved.Schedule));
        var resumed = await admin.ResumeJobAsync("returns");
        Assert.Equal((false, "0 15 6 * * ?", true), (resumed.Paused, resumed.Schedule, resumed.NextFire is not null));
        Assert.Equal(22, resumed.NextFire!.ToDateTime().Hour);
        Assert.Equal("0 0 8 * * ?", (await admin.SetJobScheduleAsync("returns", null)).Schedule);
        Assert.Equal(ErrorReason.RequestInvalid, (await Assert.ThrowsAsync<HubException>(() => admin.SetJobScheduleAsync("returns", "often"))).Reason);
        Assert.Equal(ErrorReason.JobNotFound, (await Assert.ThrowsAsync<HubException>(() => admin.RunJobAsync("nothing"))).Reason);
        Assert.Equal(
            ErrorReason.JobNotFound, (await Assert.ThrowsAsync<HubException>(async () => await admin.ListJobRunsAsync("nothing").AnyAsync())).Reason);
    }

    [Fact]
    public async Task QuickSteps_LookAtMoreRecords_AndOneThatIsTooSlowIsDoneAgainWithFewer()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Jobs:StatementTimeout=00:00:01", "--Jobs:StepTime=00:01:00", "--Jobs:StepRecords=3000");
        var job = new SizedJob(bearable: 300);

        Assert.True(await hub.Services.GetRequiredService<JobRunner>().RunAsync(job, Slot, "hub", CancellationToken.None));

        // Doubled until the limit, then down to what the database does in time, from where nothing of the step was kept.
        Assert.Equal([(1, 1_000), (2, 2_000), (3, 3_000), (4, 3_000), (4, 375), (4, 46)], job.Steps);
        var run = Assert.Single(await hub.Services.GetRequiredService<JobStore>().ListAsync("sized", JobRunState.Unspecified, long.MaxValue, 10, CancellationToken.None));
        Assert.Equal((JobRunState.Succeeded, "", 4, 6_046L), (run.State, run.Problem, run.Steps, run.Examined));
    }

    [Fact]
    public async Task StepThatIsTooSlowWithTheFewestRecords_FailsTheRun()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Jobs:StatementTimeout=00:00:01", "--Jobs:StepTime=00:01:00", "--Jobs:StepRecords=20");
        var job = new SizedJob(bearable: 0);

        await hub.Services.GetRequiredService<JobRunner>().RunAsync(job, Slot, "hub", CancellationToken.None);

        var run = Assert.Single(await hub.Services.GetRequiredService<JobStore>().ListAsync("sized", JobRunState.Unspecified, long.MaxValue, 10, CancellationToken.None));
        Assert.Equal((JobRunState.Failed, 3), (run.State, run.Steps));
        Assert.Equal((4, StepSize.Fewest), job.Steps[^1]);
    }

    /// <summary>Three quick steps and a fourth that takes longer than a statement may with more records than can be borne.</summary>
    private sealed class SizedJob(int bearable) : IHubJob
    {
        public List<(int Step, int Size)> Steps { get; } = [];

        public JobDefinition Definition { get; } = new("sized", "按量", "Sized", "", "", "0 0 0 1 1 ?");

        public async Task<JobStep> RunStepAsync(JobContext context, CancellationToken cancellationToken)
        {
            var step = context.Cursor is null ? 1 : int.Parse(context.Cursor, System.Globalization.CultureInfo.InvariantCulture);
            Steps.Add((step, context.Size));
            await context.Connection.ExecuteAsync(
                "select pg_sleep(@seconds)", new { seconds = step == 4 && context.Size > bearable ? 30 : 0 }, context.Transaction);
            return new JobStep(step == 4 ? null : $"{step + 1}", context.Size);
        }
    }

    private sealed class CountingJob(string hub, Func<int, Task> during) : IHubJob
    {
        public JobDefinition Definition { get; } = new("counting", "计数", "Counting", "", "", "0 0 0 1 1 ?");

        public async Task<JobStep> RunStepAsync(JobContext context, CancellationToken cancellationToken)
        {
            var step = context.Cursor is null ? 1 : int.Parse(context.Cursor, System.Globalization.CultureInfo.InvariantCulture);
            await context.Connection.ExecuteAsync("insert into public.work values (@step, @hub)", new { step, hub }, context.Transaction);
            await during(step);
            return new JobStep(step == 3 ? null : $"{step + 1}", 1);
        }
    }
}
