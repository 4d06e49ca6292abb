using HubExchange.Client;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.EndToEnd;

/// <summary>A hub that stands still in the middle of a job loses its run to another hub, and commits nothing when it goes on.</summary>
public sealed class JobPauseTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private const string Job = "references";

    [Fact]
    public async Task PausedHub_CannotCommit_AfterAnotherTookItsRunOver()
    {
        string[] settings =
        [
            $"--Storage:ConnectionString={await fixture.Cluster.CreateDatabaseAsync()}",
            "--Jobs:StallTimeout=00:00:05", "--Jobs:CheckinInterval=00:00:01", "--Jobs:IdleTransactionTimeout=00:00:02",
        ];

        // In the middle of its second step: everything is written but the commit.
        await using var first = await HubProcess.StartAsync(hub => hub.FailPoints = $"{JobKillTests.Point}=delay:1000@2", settings);
        var admin = first.Admin;
        JobRun asked;
        await using (var client = new HubClient(admin))
        {
            asked = await client.RunJobAsync(Job);
            await Eventually.HoldsAsync(() => first.HasWritten($"Fail point {JobKillTests.Point}"), "the first hub is in its step");
            first.Pause();
        }

        await using var second = await first.StartReplicaAsync(settings);
        await using var other = new HubClient(admin with { Address = second.Address });
        var taken = asked;
        await Eventually.HoldsAsync(
            async () => (taken = await RunAsync(other, asked.Id)).State == JobRunState.Succeeded, "the second hub ends the run", TimeSpan.FromMinutes(2));
        Assert.Equal((2, ""), (taken.Attempts, taken.Problem));

        first.Resume();
        await Eventually.HoldsAsync(
            () => first.HasWritten($"Job {Job}: run {asked.Id} failed") || first.HasWritten($"Job {Job}: run {asked.Id} was taken over"),
            "the first hub notices",
            TimeSpan.FromMinutes(1));

        Assert.False(first.HasWritten($"Job {Job}: run {asked.Id} finished"));
        Assert.Equal(taken, await RunAsync(other, asked.Id));
    }

    private static async Task<JobRun> RunAsync(HubClient client, long id) => await client.ListJobRunsAsync(Job).FirstAsync(run => run.Id == id);
}
