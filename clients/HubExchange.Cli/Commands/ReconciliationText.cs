using System.Globalization;
using HubExchange.V1;
using Spectre.Console;

namespace HubExchange.Cli.Commands;

/// <summary>How reconciliations are shown.</summary>
internal static class ReconciliationText
{
    public static string Of(ReconciliationState state) => state switch
    {
        ReconciliationState.Running => "进行中 running",
        ReconciliationState.Equal => "一致 equal",
        ReconciliationState.Mended => "已修复一致 mended",
        ReconciliationState.Waiting => "待审批 waiting",
        ReconciliationState.Different => "仍有差异 different",
        ReconciliationState.Failed => "失败 failed",
        ReconciliationState.Listed => "仅列出 listed",
        ReconciliationState.Queued => "排队 queued",
        _ => "",
    };

    public static string Of(DifferenceKind kind) => kind switch
    {
        DifferenceKind.Missing => "枢纽缺少 missing",
        DifferenceKind.Extra => "枢纽多出 extra",
        DifferenceKind.Stale => "枢纽陈旧 stale",
        DifferenceKind.Fork => "内容分叉 fork",
        _ => "",
    };

    public static string Of(DifferenceOutcome outcome) => outcome switch
    {
        DifferenceOutcome.Open => "未处理 open",
        DifferenceOutcome.Mended => "已修复 mended",
        DifferenceOutcome.Quarantined => "不合格,在隔离区 quarantined",
        DifferenceOutcome.Changed => "期间已变化 changed",
        DifferenceOutcome.Undone => "已撤销 undone",
        _ => "",
    };

    /// <summary>How a command ends that reconciled.</summary>
    public static int ExitCodeOf(Reconciliation run) => run.State switch
    {
        ReconciliationState.Equal or ReconciliationState.Mended or ReconciliationState.Listed => ExitCode.Ok,
        ReconciliationState.Failed => ExitCode.Error,
        _ => ExitCode.Partial,
    };

    // What waited and is settled differs no longer, or waits elsewhere.
    private static string StateOf(Reconciliation run) => run.SettledBy == 0
        ? Of(run.State)
        : string.Create(CultureInfo.InvariantCulture, $"由对账 {run.SettledBy} 了结 settled by {run.SettledBy}");

    public static Table Table() => Screen.Table(
        "编号 Id", "状态 State", "开始 Started", "来源 Source", "类型 Type", "序号 Sequence", "来源条数 There", "枢纽条数 Here", "缺 Missing", "多 Extra", "旧 Stale", "分叉 Fork", "修复 Mended");

    public static void Row(Table table, Reconciliation run) => table.Row(
        run.Id.ToString(CultureInfo.InvariantCulture),
        StateOf(run),
        TimeText.Of(run.StartedAt),
        run.Source,
        run.Type,
        run.Sequence.ToString(CultureInfo.InvariantCulture),
        SnapshotText.Number(run.SourceCount),
        SnapshotText.Number(run.HubCount),
        SnapshotText.Number(run.Missing),
        SnapshotText.Number(run.Extra),
        SnapshotText.Number(run.Stale),
        SnapshotText.Number(run.Forks),
        SnapshotText.Number(run.Mended));

    /// <summary>Shows one reconciliation.</summary>
    public static void Show(Screen screen, Reconciliation run)
    {
        if (screen.IsJson)
        {
            screen.Json(run);
            return;
        }

        var table = Table();
        Row(table, run);
        screen.Show(table);
        screen.Line(string.Create(CultureInfo.InvariantCulture,
            $"找出差异用了 {run.RoundTrips} 个往返、{run.Bytes} 字节、{run.Cells} 个编码符号 found with {run.RoundTrips} round trip(s), {run.Bytes} bytes, {run.Cells} coded symbol(s)"));
        if (Remark(run) is { Length: > 0 } remark)
        {
            screen.Line(remark);
        }
    }

    // What somebody has to know, or to do.
    private static string Remark(Reconciliation run) => run switch
    {
        { Failure.Length: > 0 } => run.Failure,
        { SettledBy: > 0, DecidedBy.Length: > 0 } => string.Create(CultureInfo.InvariantCulture,
            $"已由 {run.DecidedBy} 批准,结果见 hubctl reconcile show {run.SettledBy} Approved by {run.DecidedBy}; hubctl reconcile show {run.SettledBy} tells what came of it"),
        { SettledBy: > 0 } => string.Create(CultureInfo.InvariantCulture,
            $"其后重新对账,见 hubctl reconcile show {run.SettledBy} Reconciled again since: hubctl reconcile show {run.SettledBy}"),
        { State: ReconciliationState.Waiting } => string.Create(CultureInfo.InvariantCulture,
            $"未修复的删除、分叉(超过免批数 {run.Allowed})或曾被撤销的修复,须科技局批准:hubctl reconcile approve {run.Id} What is not mended are deletions or forks, more than the {run.Allowed} that need no approval, or repairs taken back before; the bureau approves: hubctl reconcile approve {run.Id}"),
        { State: ReconciliationState.Different } => "仍有差异,各条结果说明原因 Something differs still; the outcomes say why",
        { DecidedBy.Length: > 0 } => $"经 {run.DecidedBy} 批准 Approved by {run.DecidedBy}",
        _ => "",
    };
}
