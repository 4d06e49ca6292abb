using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Reconciliation;

/// <summary>A source that starts again answers from its file, and never from one that is damaged or old.</summary>
public sealed class AttendedStateTests(QuietHubFixture fixture) : IClassFixture<QuietHubFixture>
{
    private const int Organizations = 60;

    [Fact]
    public async Task StartedAgain_AnswersWithoutReadingItsRecords()
    {
        var path = NewPath();
        await using var county = await AttendedCounty.StartAsync(fixture.Hub, Organizations, path);
        Assert.Equal(ReconciliationState.Equal, (await county.RunAsync()).State);
        county.Lose(Make.Organization(county.AnyKey, "未报送的更名"));

        await using var again = await county.AgainAsync(path);
        Assert.Equal(1, await again.ExecuteAsync("delete from enterprise.organization where hub_key = $1", again.Keys.Max()!));
        var run = await again.RunAsync();

        Assert.Equal((ReconciliationState.Mended, 1L, 1L), (run.State, run.Missing, run.Stale));
        Assert.Equal(again.Own(), await again.ShownAsync());
        Assert.Equal((1, 0), (county.Readings, again.Readings));
        Assert.Empty(again.Refused);

        // And it goes on from there: what is pushed now is in the next file.
        again.Change(Make.Organization());
        await again.Client.PushAsync(again.Node, again.Keys.Select(again.Get).ToAsyncEnumerable(), again.Options);
        await using var third = await again.AgainAsync(path);
        Assert.Equal(ReconciliationState.Equal, (await third.RunAsync()).State);
        Assert.Equal(0, third.Readings);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Theory]
    [InlineData("truncated", "损坏")]
    [InlineData("flipped", "损坏")]
    [InlineData("empty", "损坏")]
    [InlineData("other stream", "其他来源")]
    [InlineData("too old", "过期")]
    [InlineData("source changed", "有变化")]
    [InlineData("frame pushed since", "序号")]
    [InlineData("source keeps no count", "有变化")]
    public async Task UnusableFile_IsNotTrusted(string problem, string said)
    {
        var path = NewPath();
        await using var county = await AttendedCounty.StartAsync(fixture.Hub, Organizations, path);
        await county.RunAsync();
        await county.LeaveAsync();
        var bytes = await File.ReadAllBytesAsync(path);
        switch (problem)
        {
            case "truncated":
                await File.WriteAllBytesAsync(path, bytes[..^7]);
                break;
            case "flipped":
                bytes[bytes.Length / 2] ^= 4;
                await File.WriteAllBytesAsync(path, bytes);
                break;
            case "empty":
                await File.WriteAllBytesAsync(path, []);
                break;
            case "source changed":
                county.Change(Make.Organization(county.AnyKey, "停机期间的更名"));
                break;
            case "frame pushed since":
                await county.Client.PushAsync(
                    county.Node, new[] { county.Get(county.AnyKey) }.ToAsyncEnumerable(), county.Options with { Attended = null });
                break;
            case "source keeps no count":
                county.Stamp = null;
                break;
        }

        await using var again = await county.AgainAsync(
            path, problem == "other stream" ? "other" : "sdk", problem == "too old" ? TimeSpan.Zero : TimeSpan.FromDays(7));
        var run = await again.RunAsync();

        Assert.Equal(problem == "source changed" ? ReconciliationState.Mended : ReconciliationState.Equal, run.State);
        Assert.Equal(1, again.Readings);
        Assert.Contains(said, Assert.Single(again.Refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileThatCannotBeWritten_IsTold_AndTheSourceGoesOn()
    {
        var path = Path.Combine(NewPath(), "missing", "state");
        await using var county = await AttendedCounty.StartAsync(fixture.Hub, 3, path);

        Assert.Equal(ReconciliationState.Equal, (await county.RunAsync()).State);
        await county.LeaveAsync();
        Assert.Contains(county.Refused, line => line.Contains("无法写入", StringComparison.Ordinal));
    }

    private string NewPath() => Path.Combine(fixture.Hub.Folder, $"{Guid.NewGuid():N}.state");
}
