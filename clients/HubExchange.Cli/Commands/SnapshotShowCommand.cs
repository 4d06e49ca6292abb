using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl snapshot show ID</c></summary>
internal sealed class SnapshotShowCommand : Command
{
    private readonly Argument<long> _id = new("ID") { Description = "快照编号 Number of the snapshot" };

    public SnapshotShowCommand(Runner runner)
        : base("show", "查看一个快照 Show a snapshot")
    {
        Add(_id);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        SnapshotText.Show(invocation.Screen, await client.GetSnapshotAsync(invocation.Get(_id), cancellationToken));
        return ExitCode.Ok;
    }
}
