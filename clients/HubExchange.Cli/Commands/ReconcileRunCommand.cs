using System.CommandLine;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl reconcile run TYPE</c></summary>
internal sealed class ReconcileRunCommand : Command
{
    private readonly Argument<string> _type = new("TYPE") { Description = "类型 Type id" };
    private readonly Option<string?> _source = new("--source") { Description = "节点 Node", HelpName = "ND" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "只列出差异 List the differences and do nothing" };

    public ReconcileRunCommand(Runner runner)
        : base("run", "立即对账并修复 Reconcile now")
    {
        Add(_type);
        Add(_source);
        Add(_dryRun);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var name = invocation.Get(_type);
        var type = CityEntityTypes.All.Find(name) ?? throw new UsageException($"没有类型 {name}。hubctl catalog 列出全部类型。", $"There is no type {name}; hubctl catalog lists them all.");
        await using var client = invocation.OpenForWriting();
        var run = await client.RunReconciliationAsync(type, invocation.Get(_source), invocation.Get(_dryRun), cancellationToken);
        ReconciliationText.Show(invocation.Screen, run);
        return ReconciliationText.ExitCodeOf(run);
    }
}
