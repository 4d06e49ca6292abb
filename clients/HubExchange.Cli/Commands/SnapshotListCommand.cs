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

    private readonly Option<int> _limit = new("--limit") { Description = "最多条数 Most snapshots", DefaultValueFactory = _ => 50 };

    public SnapshotListCommand(Runner runner)
        : base("list", "列出快照,最新在前 List snapshots, newest first")
    {
        Add(_type);
        Add(_source);
        Add(_state);
        Add(_limit);
        _state.AcceptOnlyFromAmong("open", "waiting", "approved", "applied", "rejected", "abandoned");
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var limit = Math.Max(1, invocation.Get(_limit));
        var state = invocation.Get(_state) is { } name ? Enum.Parse<SnapshotState>(name, ignoreCase: true) : SnapshotState.Unspecified;
        var snapshots = await client
            .ListSnapshotsAsync(invocation.Get(_type), invocation.Get(_source), state, Math.Min(limit, 1000), cancellationToken)
            .Take(limit)
            .ToListAsync(cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(Screen.ToJson(snapshots));
            return ExitCode.Ok;
        }

        var table = Screen.Table("编号 Id", "状态 State", "开始 Begun", "来源 Source", "类型 Type", "变更 Changes", "缺少 Missing", "已删除 Deleted");
        foreach (var snapshot in snapshots)
        {
            table.Row(
                snapshot.Id.ToString(CultureInfo.InvariantCulture),
                SnapshotText.Of(snapshot.State),
                TimeText.Of(snapshot.BegunAt),
                snapshot.Source,
                snapshot.Type,
                SnapshotText.Number(snapshot.Changes),
                SnapshotText.Number(snapshot.MissingRecords),
                SnapshotText.Number(snapshot.DeletedRecords));
        }

        invocation.Screen.Show(table);
        invocation.Screen.Note($"{snapshots.Count} 个快照 snapshots");
        return ExitCode.Ok;
    }
}
