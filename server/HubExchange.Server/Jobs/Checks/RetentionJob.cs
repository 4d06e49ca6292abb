using Dapper;
using HubExchange.Server.Ingestion;
using HubExchange.Server.Reconciliation;
using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>
/// Forgets ended runs of jobs after their time, except the last one of each job, and old reconciliations, except the certified ones, those
/// that wait and the last of each source and type; notices; and what was kept of committed frames, except the last one of each stream.
/// </summary>
internal sealed class RetentionJob(
    IOptions<JobOptions> options, IOptions<ReconciliationOptions> reconciliation, IOptions<IngestionOptions> ingestion) : IHubJob
{
    // What is forgotten, one after the other, and after how many days: differences before the reconciliations they belong to.
    private readonly (string File, int Days)[] _steps =
    [
        ("Jobs/Checks/DeleteRuns.sql", options.Value.HistoryDays),
        ("Reconciliation/DeleteOldDifferences.sql", reconciliation.Value.HistoryDays),
        ("Reconciliation/DeleteOldReconciliations.sql", reconciliation.Value.HistoryDays),
        ("Reconciliation/DeleteOldManifestParts.sql", reconciliation.Value.HistoryDays),
        ("Reconciliation/DeleteOldNotices.sql", reconciliation.Value.NoticeDays),
        ("Ingestion/DeleteOldFrames.sql", ingestion.Value.FrameDays),
    ];

    public JobDefinition Definition { get; } = new(
        "retention",
        "到期清理",
        "Retention",
        "清理超过保留期的任务运行记录、对账结果、通知和数据帧摘要;对账证书保留。",
        "Forgets runs of jobs, results of reconciliations, notices and digests of frames that are older than they are kept; certificates stay.",
        "0 45 3 * * ?");

    public async Task<JobStep> RunStepAsync(JobContext context, CancellationToken cancellationToken)
    {
        var place = Math.Max(0, Array.FindIndex(_steps, step => step.File == context.Cursor));
        var (file, days) = _steps[place];
        var limit = context.Size;
        var deleted = await context.Connection.ExecuteAsync(new CommandDefinition(
            SqlFiles.Read(file), new { before = context.Slot.AddDays(-days), limit }, context.Transaction, cancellationToken: cancellationToken));
        var next = deleted < limit ? place + 1 : place;
        return new JobStep(next < _steps.Length ? _steps[next].File : null, deleted, Changed: deleted);
    }
}
