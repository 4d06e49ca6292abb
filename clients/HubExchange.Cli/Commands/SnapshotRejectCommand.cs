using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl snapshot reject ID</c></summary>
internal sealed class SnapshotRejectCommand : Command
{
    private readonly Argument<long> _id = new("ID") { Description = "快照编号 Number of the snapshot" };
    private readonly Option<string> _reason = new("--reason") { Description = "驳回理由 Why", HelpName = "TEXT", Required = true };

    public SnapshotRejectCommand(Runner runner)
        : base("reject", "驳回,不删除任何记录(科技局) Reject and delete nothing (bureau)")
    {
        Add(_id);
        Add(_reason);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForWriting();
        var snapshot = await client.RejectSnapshotAsync(invocation.Get(_id), invocation.Get(_reason), cancellationToken);
        SnapshotText.Show(invocation.Screen, snapshot);
        return ExitCode.Ok;
    }
}
