using System.Globalization;
using HubExchange.V1;
using Spectre.Console;

namespace HubExchange.Cli.Commands;

/// <summary>How jobs and their runs are shown: in the time zone of their schedules, so that these and the next times agree.</summary>
internal static class JobText
{
    public static string Of(JobRunState? state) => state switch
    {
        JobRunState.Queued => "等待 queued",
        JobRunState.Running => "运行中 running",
        JobRunState.Succeeded => "成功 succeeded",
        JobRunState.Failed => "失败 failed",
        _ => "",
    };

    public static void Show(Screen screen, IReadOnlyList<Job> jobs)
    {
        if (screen.IsJson)
        {
            screen.Json(Screen.ToJson(jobs));
            return;
        }

        var table = Screen.Table("任务 Job", "名称 Name", "运行时间 Schedule", "下次(北京)Next, China", "上次(北京)Last, China", "结果 Result");
        foreach (var job in jobs)
        {
            table.Row(
                job.Id,
                $"{job.Label} {job.LabelEn}",
                job.Schedule,
                job.Paused ? "已暂停 paused" : TimeText.InChina(job.NextFire),
                TimeText.InChina(job.LastRun?.StartedAt),
                Of(job.LastRun?.State));
        }

        screen.Show(table);
    }

    public static Table RunTable() => Screen.Table(
        "编号 Id", "任务 Job", "时段(北京)Slot, China", "结果 State", "用时 Seconds", "检查 Examined", "发现 Raised", "消除 Resolved", "变更 Changed", "说明 Problem");

    public static void RunRow(Table table, JobRun run) => table.Row(
        run.Id.ToString(CultureInfo.InvariantCulture),
        run.Job,
        TimeText.InChina(run.Slot),
        Of(run.State),
        run.EndedAt is null || run.StartedAt is null ? "" : (run.EndedAt - run.StartedAt).ToTimeSpan().TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture),
        run.Examined.ToString(CultureInfo.InvariantCulture),
        run.Raised.ToString(CultureInfo.InvariantCulture),
        run.Resolved.ToString(CultureInfo.InvariantCulture),
        run.Changed.ToString(CultureInfo.InvariantCulture),
        run.Problem);
}
