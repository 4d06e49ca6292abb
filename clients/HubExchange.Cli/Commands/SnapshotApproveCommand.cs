using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl snapshot approve ID</c></summary>
internal sealed class SnapshotApproveCommand : Command
{
    private readonly Argument<long> _id = new("ID") { Description = "快照编号 Number of the snapshot" };
    private readonly Option<string?> _reason = new("--reason") { Description = "批准理由 Why", HelpName = "TEXT" };

    public SnapshotApproveCommand(Runner runner)
        : base("approve", "批准并执行删除(科技局) Approve and delete (bureau)")
    {
        Add(_id);
        Add(_reason);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForWriting();
        var snapshot = await client.ApproveSnapshotAsync(invocation.Get(_id), invocation.Get(_reason), cancellationToken);
        SnapshotText.Show(invocation.Screen, snapshot);
        return ExitCode.Ok;
    }
}
