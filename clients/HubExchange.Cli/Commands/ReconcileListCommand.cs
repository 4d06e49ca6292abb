using System.CommandLine;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl reconcile list</c></summary>
internal sealed class ReconcileListCommand : Command
{
    private static readonly string[] States = ["running", "equal", "mended", "waiting", "different", "failed", "listed", "queued"];

    private readonly Option<string?> _type = new("--type") { Description = "类型 Type id", HelpName = "T" };
    private readonly Option<string?> _source = new("--source") { Description = "节点 Node", HelpName = "ND" };
    private readonly Option<string?> _state = new("--state") { Description = $"状态 State: {string.Join(", ", States)}", HelpName = "S" };
    private readonly Option<int> _limit = new("--limit") { Description = "最多条数 Most reconciliations", DefaultValueFactory = _ => 50 };

    public ReconcileListCommand(Runner runner)
        : base("list", "列出对账,最新在前 List reconciliations, newest first")
    {
        Add(_type);
        Add(_source);
        Add(_state);
        Add(_limit);
        _state.AcceptOnlyFromAmong(States);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var limit = Math.Max(1, invocation.Get(_limit));
        var state = invocation.Get(_state) is { } name ? Enum.Parse<ReconciliationState>(name, ignoreCase: true) : ReconciliationState.Unspecified;
        var runs = await client
            .ListReconciliationsAsync(invocation.Get(_type), invocation.Get(_source), state, Math.Min(limit, 1000), cancellationToken)
            .Take(limit)
            .ToListAsync(cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(Screen.ToJson(runs));
            return ExitCode.Ok;
        }

        var table = ReconciliationText.Table();
        runs.ForEach(run => ReconciliationText.Row(table, run));
        invocation.Screen.Show(table);
        return ExitCode.Ok;
    }
}
