using HubExchange.Client;
using HubExchange.Server.Faults;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.EndToEnd;

/// <summary>A hub that is killed in the middle of a job leaves nothing half done, and the job goes on when it is back.</summary>
public sealed class JobKillTests
{
    /// <summary>Where it is killed.</summary>
    public const string Point = FailPoint.JobStep;

    private const string Job = "references";

    [Fact]
    public async Task HubKilledInAJob_EndsItsRunAfterTheRestart_AndRunsAgain()
    {
        await using var hub = await HubProcess.StartAsync(
            hub => hub.FailPoints = $"{Point}=exit", "--Jobs:StallTimeout=00:00:05", "--Jobs:CheckinInterval=00:00:01");
        await using var client = new HubClient(hub.Admin);
        var killed = await client.RunJobAsync(Job);
        await Eventually.HoldsAsync(() => !hub.IsRunning, "the hub ends in the job");
        Assert.True(hub.HasWritten($"Fail point {Point}: exit"));

        hub.FailPoints = "";
        await hub.RestartAsync();
        await using var again = new HubClient(hub.Admin);

        Assert.NotEqual(JobRunState.Running, await EndOfAsync(again, killed.Id));
        Assert.Equal(JobRunState.Succeeded, await EndOfAsync(again, (await again.RunJobAsync(Job)).Id));
    }

    private static async Task<JobRunState> EndOfAsync(HubClient client, long run)
    {
        var state = JobRunState.Unspecified;
        await Eventually.HoldsAsync(
            async () =>
            {
                state = (await client.ListJobRunsAsync(Job).FirstAsync(each => each.Id == run)).State;
                return state is JobRunState.Succeeded or JobRunState.Failed;
            },
            $"run {run} has ended",
            TimeSpan.FromMinutes(2));
        return state;
    }
}
