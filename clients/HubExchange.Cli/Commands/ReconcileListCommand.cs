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
    private readonly Listing _listing;

    public ReconcileListCommand(Runner runner)
        : base("list", "列出对账,最新在前 List reconciliations, newest first")
    {
        Add(_type);
        Add(_source);
        Add(_state);
        _listing = new Listing(this);
        _state.AcceptOnlyFromAmong(States);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var state = invocation.Get(_state) is { } name ? Enum.Parse<ReconciliationState>(name, ignoreCase: true) : ReconciliationState.Unspecified;
        return await _listing.ShowAsync(
            invocation,
            size => client.ListReconciliationsAsync(invocation.Get(_type), invocation.Get(_source), state, size, cancellationToken),
            ReconciliationText.Table(),
            ReconciliationText.Row,
            cancellationToken);
    }
}
