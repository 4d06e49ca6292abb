using System.CommandLine;
using System.Globalization;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl snapshot list</c></summary>
internal sealed class SnapshotListCommand : Command
{
    private readonly Option<string?> _type = new("--type") { Description = "类型 Type id", HelpName = "T" };
    private readonly Option<string?> _source = new("--source") { Description = "节点 Node", HelpName = "ND" };
    private readonly Option<string?> _state = new("--state")
    {
        Description = "状态 State: open, waiting, approved, applied, rejected, abandoned",
        HelpName = "S",
    };

    private readonly Listing _listing;

    public SnapshotListCommand(Runner runner)
        : base("list", "列出快照,最新在前 List snapshots, newest first")
    {
        Add(_type);
        Add(_source);
        Add(_state);
        _listing = new Listing(this);
        _state.AcceptOnlyFromAmong("open", "waiting", "approved", "applied", "rejected", "abandoned");
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var state = invocation.Get(_state) is { } name ? Enum.Parse<SnapshotState>(name, ignoreCase: true) : SnapshotState.Unspecified;
        return await _listing.ShowAsync(
            invocation,
            size => client.ListSnapshotsAsync(invocation.Get(_type), invocation.Get(_source), state, size, cancellationToken),
            Screen.Table("编号 Id", "状态 State", "开始 Begun", "来源 Source", "类型 Type", "变更 Changes", "缺少 Missing", "已删除 Deleted"),
            (table, snapshot) => table.Row(
                snapshot.Id.ToString(CultureInfo.InvariantCulture),
                SnapshotText.Of(snapshot.State),
                TimeText.Of(snapshot.BegunAt),
                snapshot.Source,
                snapshot.Type,
                SnapshotText.Number(snapshot.Changes),
                SnapshotText.Number(snapshot.MissingRecords),
                SnapshotText.Number(snapshot.DeletedRecords)),
            cancellationToken);
    }
}
