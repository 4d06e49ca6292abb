using System.Globalization;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary>How snapshots are shown.</summary>
internal static class SnapshotText
{
    public static string Of(SnapshotState state) => state switch
    {
        SnapshotState.Open => "进行中 open",
        SnapshotState.Waiting => "待审批 waiting",
        SnapshotState.Approved => "已批准 approved",
        SnapshotState.Applied => "已生效 applied",
        SnapshotState.Rejected => "已驳回 rejected",
        SnapshotState.Abandoned => "已作废 abandoned",
        _ => "",
    };

    public static string Of(SnapshotAbandonment abandonment) => abandonment switch
    {
        SnapshotAbandonment.BegunAnew => "来源重新开始了快照 begun anew",
        SnapshotAbandonment.Aborted => "来源中止 aborted by the source",
        SnapshotAbandonment.Idle => "长期无进展 idle",
        SnapshotAbandonment.Superseded => "已有更新的快照 superseded by a newer one",
        _ => "",
    };

    public static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>Shows one snapshot.</summary>
    public static void Show(Screen screen, Snapshot snapshot)
    {
        if (screen.IsJson)
        {
            screen.Json(snapshot);
            return;
        }

        screen.Line(string.Create(CultureInfo.InvariantCulture,
            $"{snapshot.Id}  {snapshot.Type}  来源 source {snapshot.Source}  流 stream {snapshot.Stream}  序号 sequences {snapshot.BeginSequence}–{snapshot.EndSequence}"));
        string[] parts =
        [
            Of(snapshot.State), Of(snapshot.Abandonment), snapshot.DecidedBy, TimeText.Of(snapshot.DecidedAt), snapshot.DecisionReason,
        ];
        screen.Line(string.Join("  ", parts.Where(part => part.Length > 0)));

        var table = Screen.Table(
            "变更 Changes", "主键不明 Doubtful keys", "现有 Live", "缺少 Missing", "免批上限 Allowed", "已删除 Deleted", "开始 Begun", "结束 Ended");
        screen.Show(table.Row(
            Number(snapshot.Changes),
            Number(snapshot.DoubtfulKeys),
            Number(snapshot.LiveRecords),
            Number(snapshot.MissingRecords),
            Number(snapshot.AllowedDeletions),
            Number(snapshot.DeletedRecords),
            TimeText.Of(snapshot.BegunAt),
            TimeText.Of(snapshot.EndedAt)));
    }
}
