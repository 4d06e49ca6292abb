using System.Text.Json.Nodes;
using HubExchange.Client;
using HubExchange.Testing;

namespace HubExchange.EndToEnd;

/// <summary><c>hubctl watch</c> as a script uses it: state, changes, and going on after the position in a file.</summary>
public sealed class WatchCliTests(CliHub cli) : IClassFixture<CliHub>
{
    private const string Type = "enterprise.organization";

    [Fact]
    public async Task Watch_BeginsWithTheState_AndGoesOnAfterThePositionOfItsFile()
    {
        await using var county = new HubClient(cli.Hub.Anonymous with
        {
            CertificateFile = cli.PathOf($"{CliHub.County}.crt"),
            KeyFile = cli.PathOf($"{CliHub.County}.key"),
        });
        var (first, second) = (Make.Organization(name: "大冶一号铜业"), Make.Organization(name: "大冶二号铜业"));
        await county.PushAsync(CliHub.County, first);
        var file = cli.PathOf("watch.position");

        var state = await WatchAsync("--state", "--position-file", file, "--limit", "1");

        Assert.Equal((first.Uscc, true), ((string?)Assert.Single(state)["put"]!["key"], (bool)state[0]["state"]!));
        first.Name = "大冶一号铜业(更名)";
        await county.PushAsync(CliHub.County, first);
        await county.PushAsync(CliHub.County, second);
        var from = await File.ReadAllTextAsync(file);

        var changes = await WatchAsync("--position-file", file, "--limit", "2");

        Assert.Equal([first.Uscc, second.Uscc], changes.Select(change => (string?)change["put"]!["key"]));
        Assert.Equal(["WATCH_BEFORE_PRESENT", "WATCH_BEFORE_ABSENT"], changes.Select(change => (string?)change["before"]));
        Assert.True(PositionOf(await File.ReadAllTextAsync(file)) > PositionOf(from));
        await county.DeleteAsync<HubExchange.Enterprise.V1.Organization>(CliHub.County, second.Uscc);
        var text = await cli.RunAsNodeAsync(CliHub.County, "watch", Type, "--from", from, "--filter", "contains(name, \"二号\")", "--limit", "2");
        Assert.True(text.ExitCode == 0, text.StandardError);
        Assert.Contains("新增", text.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("大冶二号铜业", text.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("删除", text.StandardOutput, StringComparison.Ordinal);
        Assert.DoesNotContain(first.Uscc, text.StandardOutput, StringComparison.Ordinal);

        // A number, as files of before hold it, goes on as well; a place where the feed holds something else does not.
        await File.WriteAllTextAsync(file, $"{PositionOf(from)}\n");
        Assert.All(await WatchAsync("--position-file", file, "--limit", "2"), change => Assert.False((bool)change["state"]!));
        await File.WriteAllTextAsync(file, $"{PositionOf(from)}.AAAAAAAAAAAAAAAA");
        Assert.All(await WatchAsync("--position-file", file, "--limit", "1"), record => Assert.True((bool)record["state"]!));
    }

    [Fact]
    public async Task Watch_SaysWhatIsWrong()
    {
        Assert.Equal(2, (await cli.RunAsNodeAsync(CliHub.County, "watch", Type, "--from", "0", "--state")).ExitCode);
        var gone = await cli.RunAsNodeAsync(CliHub.County, "watch", "enterprise.nothing", "--limit", "1");
        Assert.NotEqual(0, gone.ExitCode);
        Assert.Contains("enterprise.nothing", gone.StandardError, StringComparison.Ordinal);
        Assert.Equal(2, (await cli.RunAsNodeAsync(CliHub.County, "watch", Type, "--from", "seven")).ExitCode);
        var file = cli.PathOf("wrong.position");
        await File.WriteAllTextAsync(file, "seven");
        var wrong = await cli.RunAsNodeAsync(CliHub.County, "watch", Type, "--position-file", file);
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains(file, wrong.StandardError, StringComparison.Ordinal);
    }

    private static long PositionOf(string text) => long.Parse(text.Split('.')[0], System.Globalization.CultureInfo.InvariantCulture);

    private async Task<List<JsonNode>> WatchAsync(params string[] arguments)
    {
        var run = await cli.RunAsNodeAsync(CliHub.County, ["watch", Type, "--json", .. arguments]);
        Assert.True(run.ExitCode == 0, run.StandardError);
        return [.. run.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }
}
