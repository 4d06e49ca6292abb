using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl reconcile approve ID</c></summary>
internal sealed class ReconcileApproveCommand : Command
{
    private readonly Argument<long> _id = new("ID") { Description = "对账编号 Number of the reconciliation" };

    public ReconcileApproveCommand(Runner runner)
        : base("approve", "批准待审批的删除与分叉修复(科技局) Approve what waits (bureau)")
    {
        Add(_id);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForWriting();
        var run = await client.ApproveReconciliationAsync(invocation.Get(_id), cancellationToken);
        ReconciliationText.Show(invocation.Screen, run);
        return ReconciliationText.ExitCodeOf(run);
    }
}
