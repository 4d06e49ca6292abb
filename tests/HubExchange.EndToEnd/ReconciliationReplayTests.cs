namespace HubExchange.EndToEnd;

/// <summary>Set reconciliation is defined for every language: the example in Python agrees on every vector.</summary>
public sealed class ReconciliationReplayTests
{
    [Fact]
    public async Task Python_AgreesOnEveryVector()
    {
        var python = await Prerequisite.PythonAsync("hmac", "python3");

        var replay = await Programs.RunAsync(
            python, Path.GetTempPath(), [Programs.Beside("python", "reconciliation.py"), Programs.Beside("reconciliation-v1.json")]);

        Assert.True(replay.ExitCode == 0, replay.StandardOutput + replay.StandardError);
        Assert.Equal("40 elements and 4 sets agree", replay.StandardOutput.Trim());
    }
}
