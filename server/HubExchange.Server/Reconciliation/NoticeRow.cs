using System.Globalization;
using HubExchange.Server.Findings;
using HubExchange.Server.Sharing;
using HubExchange.V1;

namespace HubExchange.Server.Reconciliation;

/// <summary>What a node is to be told, as it is stored.</summary>
internal sealed record NoticeRow(
    long Id, string Kind, string Subject, int Count, string Type, string Key, string Source, long OldRevision, long NewRevision, long FindingId,
    long SnapshotId, long ShareRequestId)
{
    /// <summary>The notice in words.</summary>
    public Notice ToNotice()
    {
        var (kind, zh, en) = Kind switch
        {
            "FINDINGS_FOUND" => (
                NoticeKind.FindingsFound,
                Text($"检查 {Subject} 发现 {Count} 个新问题,请办理。"),
                Text($"Check {Subject} has found {Count} problems that are yours to deal with.")),
            "FINDING_MOVED" => (
                NoticeKind.FindingMoved,
                Text($"问题 {FindingId}({Type} {Key}):{FindingActionText.Of(FindingCode.Read<FindingAction>(Subject))}。"),
                Text($"Finding {FindingId} ({Type} {Key}): {Subject}.")),
            "RECORD_CORRECTED" => (
                NoticeKind.RecordCorrected,
                Text($"您持有的 {Type} {Key}({Source} 版本 {OldRevision})已更正,现行版本为 {NewRevision},请更新。"),
                Text($"{Type} {Key} of {Source}, which you hold in version {OldRevision}, was corrected; version {NewRevision} is current.")),
            "RECORDS_EFFECTIVE" => (
                NoticeKind.RecordsEffective,
                Text($"{Source} 预告的 {Count} 条 {Type} 记录已生效({Subject})。"),
                Text($"{Count} records of {Type} that {Source} had announced have taken effect ({Subject}).")),
            "SHARE_MOVED" => (
                NoticeKind.ShareMoved,
                Text($"共享申请 {ShareRequestId}({Type}):{ShareActionText.Of(ShareCode.Action(Subject))}。"),
                Text($"Share request {ShareRequestId} ({Type}): {Subject}.")),
            "SNAPSHOT_WAITING" => (
                NoticeKind.SnapshotWaiting,
                Text($"{Type} 的全量快照 {SnapshotId} 将删除 {Count} 条记录,待科技局审批。"),
                Text($"Snapshot {SnapshotId} of {Type} would delete {Count} records; that waits for the bureau's approval.")),
            _ => (
                NoticeKind.SnapshotDecided,
                Text($"{Type} 的全量快照 {SnapshotId} 涉及 {Count} 条记录的删除:{(Subject == "APPROVED" ? "已批准" : "已驳回")}。"),
                Text($"Deletions of {Count} records by snapshot {SnapshotId} of {Type}: {Subject}.")),
        };
        return new Notice
        {
            Kind = kind,
            MessageZh = zh,
            MessageEn = en,
            FindingId = FindingId,
            SnapshotId = SnapshotId,
            ShareRequestId = ShareRequestId,
            Type = Type,
            Key = Key,
            Source = Source,
            OldRevision = OldRevision,
            NewRevision = NewRevision,
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
