using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl reconcile undo ID</c></summary>
internal sealed class ReconcileUndoCommand : Command
{
    private readonly Argument<long> _id = new("ID") { Description = "对账编号 Number of the reconciliation" };

    public ReconcileUndoCommand(Runner runner)
        : base("undo", "撤销一次对账的修复(科技局) Take back what was mended (bureau)")
    {
        Add(_id);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForWriting();
        var undone = await client.UndoReconciliationAsync(invocation.Get(_id), cancellationToken);
        invocation.Screen.Line($"已撤销 undone: {SnapshotText.Number(undone)}");
        return ExitCode.Ok;
    }
}
