using System.Text.Json.Nodes;
using CliWrap.Buffered;
using HubExchange.Testing;

namespace HubExchange.EndToEnd;

/// <summary>Jobs as an administrator sees them: listed, run now, with their history, paused, moved to another time.</summary>
public sealed class JobCliTests
{
    private const string Job = "references";

    [Fact]
    public async Task Jobs_AreListedRunPausedAndMoved()
    {
        await using var hub = await HubProcess.StartAsync();
        var listed = await JsonAsync(hub, "list");
        Assert.Equal(12, listed.Count);
        Assert.All(listed, job => Assert.NotNull(job!["next_fire"]));

        var asked = (string)Assert.Single(await JsonAsync(hub, "run", Job))!["id"]!;
        JsonNode run = null!;
        await Eventually.HoldsAsync(
            async () => (string?)(run = (await JsonAsync(hub, "history", Job)).Single(each => (string?)each!["id"] == asked)!)["state"] == "JOB_RUN_STATE_SUCCEEDED",
            "the run has ended",
            TimeSpan.FromMinutes(1));
        Assert.NotNull(run["ended_at"]);
        var history = await RunAsync(hub, "history", Job);
        Assert.Contains("成功 succeeded", history.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("用时 Seconds", history.StandardOutput, StringComparison.Ordinal);

        Assert.Contains("已暂停 paused", (await RunAsync(hub, "pause", Job)).StandardOutput, StringComparison.Ordinal);
        Assert.Contains("0 15 6 * * ?", (await RunAsync(hub, "schedule", Job, "0 15 6 * * ?")).StandardOutput, StringComparison.Ordinal);
        Assert.DoesNotContain("已暂停 paused", (await RunAsync(hub, "resume", Job)).StandardOutput, StringComparison.Ordinal);
        Assert.Equal("0 30 1 * * ?", (string?)Assert.Single(await JsonAsync(hub, "schedule", Job))!["schedule"]);
    }

    private static async Task<JsonArray> JsonAsync(HubProcess hub, params string[] arguments) =>
        JsonNode.Parse((await RunAsync(hub, [.. arguments, "--output", "json"])).StandardOutput) switch
        {
            JsonArray several => several,
            var single => [single!.DeepClone()],
        };

    private static async Task<BufferedCommandResult> RunAsync(HubProcess hub, params string[] arguments)
    {
        var result = await Programs.HubctlAsync(
            hub.Folder, ["jobs", .. arguments, "--hub", hub.Address.ToString(), "--ca", hub.CaFile, "--token", hub.AdminToken]);
        Assert.True(result.ExitCode == 0, result.StandardError);
        return result;
    }
}
