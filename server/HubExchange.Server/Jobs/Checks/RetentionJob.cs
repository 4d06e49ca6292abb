using Dapper;
using HubExchange.Server.Reconciliation;
using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>
/// Forgets ended runs of jobs after their time, except the last one of each job, and old reconciliations, except the certified ones, those
/// that wait and the last of each source and type; and notices.
/// </summary>
internal sealed class RetentionJob(IOptions<JobOptions> options, IOptions<ReconciliationOptions> reconciliation) : IHubJob
{
    private const string Notices = "Reconciliation/DeleteOldNotices.sql";

    // What is forgotten, one after the other: differences before the reconciliations they belong to.
    private static readonly string[] Files =
    [
        "Jobs/Checks/DeleteRuns.sql", "Reconciliation/DeleteOldDifferences.sql", "Reconciliation/DeleteOldReconciliations.sql",
        Notices,
    ];

    public JobDefinition Definition { get; } = new(
        "retention",
        "到期清理",
        "Retention",
        "清理超过保留期的任务运行记录、对账结果和通知;对账证书保留。",
        "Forgets runs of jobs, results of reconciliations and notices that are older than they are kept; certificates stay.",
        "0 45 3 * * ?");

    public async Task<JobStep> RunStepAsync(JobContext context, CancellationToken cancellationToken)
    {
        var place = Math.Max(0, Array.IndexOf(Files, context.Cursor));
        var limit = options.Value.StepRecords;
        var days = place == 0 ? options.Value.HistoryDays
            : Files[place] == Notices ? reconciliation.Value.NoticeDays
            : reconciliation.Value.HistoryDays;
        var deleted = await context.Connection.ExecuteAsync(new CommandDefinition(
            SqlFiles.Read(Files[place]), new { before = context.Slot.AddDays(-days), limit }, context.Transaction, cancellationToken: cancellationToken));
        var next = deleted < limit ? place + 1 : place;
        return new JobStep(next < Files.Length ? Files[next] : null, deleted, Changed: deleted);
    }
}
