using System.Globalization;
using System.Text.Json.Nodes;
using HubExchange.Cli.Commands;
using HubExchange.Client.Files;
using HubExchange.Client.Push;
using HubExchange.V1;

namespace HubExchange.Cli.Push;

/// <summary>Says what became of a push or a check.</summary>
internal sealed class PushReport(Screen screen)
{
    private readonly List<FileCheck> _checks = [];

    public void AddChecked(FileCheck check) => _checks.Add(check);

    public int ShowChecks()
    {
        if (screen.IsJson)
        {
            screen.Json(new JsonArray([.. _checks.Select(check => new JsonObject
            {
                ["file"] = check.File.Path,
                ["type"] = check.File.Type.Id,
                ["encoding"] = check.File.EncodingName,
                ["good"] = check.Records,
                ["bad"] = check.BadRows,
                ["problems"] = ToJson(check.Problems),
            })]));
        }
        else
        {
            var table = Screen.Table("文件 File", "类型 Type", "编码 Encoding", "可用 Good", "有误 Bad");
            foreach (var check in _checks)
            {
                table.Row(
                    Path.GetFileName(check.File.Path), $"{check.File.Type.Id} {check.File.Type.Label}", check.File.EncodingName,
                    Number(check.Records), Number(check.BadRows));
            }

            screen.Show(table);
            foreach (var check in _checks)
            {
                FileReport.Show(screen, check.File.Path, check.Problems);
            }
        }

        return _checks.Exists(check => check.BadRows > 0) ? ExitCode.Partial : ExitCode.Ok;
    }

    public int Show(string source, IReadOnlyList<FilePush> pushes, PushResult result)
    {
        var refused = RefusedRows(pushes, result).ToArray();
        var errorFiles = pushes.Select(push => ErrorsFile.Write(push, refused)).OfType<string>().ToArray();
        var badRows = pushes.Sum(push => push.BadRows);
        if (screen.IsJson)
        {
            screen.Json(ToJson(source, pushes, result, refused, errorFiles, badRows));
        }
        else
        {
            ShowCounts(pushes, result, badRows);
            ShowSnapshots(pushes, result);
            ShowRefused(refused);
        }

        foreach (var push in pushes)
        {
            FileReport.Show(screen, push.File.Path, push.Problems);
        }

        foreach (var path in errorFiles)
        {
            screen.Note($"被拒收的行已写入 {path},改正后可直接重新推送。 Refused rows are in {path}; mend and push it.");
        }

        return badRows > 0 || result.Counts.Quarantined > 0 || result.Snapshots.Any(outcome => outcome.State == SnapshotState.Waiting)
            ? ExitCode.Partial
            : ExitCode.Ok;
    }

    private void ShowCounts(IReadOnlyList<FilePush> pushes, PushResult result, int badRows)
    {
        var counts = result.Counts;
        var table = Screen.Table("已发送 Sent", "入库 Stored", "未变 Unchanged", "删除 Deleted", "拒收 Quarantined", "警告 Warned", "未发送 Unreadable");
        table.Row(
            Number(pushes.Sum(push => push.Sent)), Number(counts.Stored), Number(counts.Unchanged), Number(counts.Deleted),
            Number(counts.Quarantined), Number(counts.Warned), Number(badRows));
        screen.Show(table);
        if (result.Unreported > 0)
        {
            screen.Note(
                $"另有 {Number(result.Unreported)} 条在连接中断前已入库或拒收,明细见 hubctl quarantine list。" +
                $" {Number(result.Unreported)} more were committed before a connection broke; see hubctl quarantine list.");
        }
    }

    private void ShowSnapshots(IReadOnlyList<FilePush> pushes, PushResult result)
    {
        if (result.Snapshots is [])
        {
            return;
        }

        var table = Screen.Table("快照 Snapshot", "类型 Type", "状态 State", "删除 Deletions");
        foreach (var outcome in result.Snapshots)
        {
            table.Row(Number(outcome.SnapshotId), outcome.Type, SnapshotText.Of(outcome.State), Number(outcome.Deletions));
        }

        screen.Show(table);
        foreach (var outcome in result.Snapshots)
        {
            var note = outcome.State switch
            {
                SnapshotState.Waiting =>
                    $"快照 {outcome.SnapshotId} 将删除 {Number(outcome.Deletions)} 条记录,须经科技局审批;明细见 hubctl snapshot deletions {outcome.SnapshotId}。" +
                    $" Snapshot {outcome.SnapshotId} would delete {Number(outcome.Deletions)} records and waits for the bureau.",
                SnapshotState.Abandoned when pushes.Any(push => push.File.Type.Id == outcome.Type && push.BadRows > 0) =>
                    $"{outcome.Type} 有未能读取的行,快照已中止,未删除任何记录;改正后请重新推送全部文件。" +
                    $" Rows of {outcome.Type} could not be read: the snapshot was aborted and nothing deleted. Mend them and push all files again.",
                _ => "",
            };
            if (note.Length > 0)
            {
                screen.Note(note);
            }
        }
    }

    private void ShowRefused(RefusedRow[] refused)
    {
        if (refused is [])
        {
            return;
        }

        var table = Screen.Table("文件 File", "行 Line", "主键 Key", "字段 Field", "规则 Rule", "说明", "Message");
        foreach (var row in refused.Take(FileReport.MaxShown))
        {
            foreach (var violation in row.Violations)
            {
                table.Row(
                    Path.GetFileName(row.Push.File.Path), row.Line.ToString(CultureInfo.InvariantCulture), row.Rejected.Change.Key,
                    violation.Field, violation.Rule, violation.MessageZh, violation.MessageEn);
            }
        }

        screen.ShowBeside(table);
        if (refused.Length > FileReport.MaxShown)
        {
            screen.Note($"另有 {refused.Length - FileReport.MaxShown} 条未显示。 {refused.Length - FileReport.MaxShown} more.");
        }
    }

    private static IEnumerable<RefusedRow> RefusedRows(IReadOnlyList<FilePush> pushes, PushResult result) =>
        from rejected in result.Rejected
        from push in pushes
        let line = push.LineOf(rejected.Ordinal)
        where line is not null
        select new RefusedRow(push, line.Value, rejected);

    private static JsonObject ToJson(
        string source, IReadOnlyList<FilePush> pushes, PushResult result, RefusedRow[] refused, string[] errorFiles, int badRows) => new()
        {
            ["source"] = source,
            ["sent"] = pushes.Sum(push => push.Sent),
            ["stored"] = result.Counts.Stored,
            ["unchanged"] = result.Counts.Unchanged,
            ["deleted"] = result.Counts.Deleted,
            ["quarantined"] = result.Counts.Quarantined,
            ["warned"] = result.Counts.Warned,
            ["unreported"] = result.Unreported,
            ["unreadable"] = badRows,
            ["last_sequence"] = result.LastSequence,
            ["reconnects"] = result.Reconnects,
            ["rejected"] = new JsonArray([.. refused.Select(row => new JsonObject
            {
                ["file"] = row.Push.File.Path,
                ["line"] = row.Line,
                ["key"] = row.Rejected.Change.Key,
                ["quarantine_id"] = row.Rejected.Change.QuarantineId,
                ["violations"] = Screen.ToJson(row.Rejected.Change.Violations),
            })]),
            ["snapshots"] = Screen.ToJson(result.Snapshots),
            ["problems"] = new JsonArray([.. pushes.SelectMany(push => ToJson(push.Problems).Select(problem => problem!.DeepClone()))]),
            ["error_files"] = new JsonArray([.. errorFiles.Select(path => JsonValue.Create(path))]),
        };

    private static JsonArray ToJson(IEnumerable<FileProblem> problems) => new([.. problems.Select(problem => new JsonObject
    {
        ["line"] = problem.Line, ["column"] = problem.Column, ["message_zh"] = problem.Zh, ["message_en"] = problem.En,
    })]);

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
