using Dapper;
using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>Forgets ended runs of jobs after their time, except the last one of each job.</summary>
internal sealed class RetentionJob(IOptions<JobOptions> options) : IHubJob
{
    public JobDefinition Definition { get; } = new(
        "retention",
        "到期清理",
        "Retention",
        "清理超过保留期的任务运行记录。",
        "Forgets runs of jobs that are older than they are kept.",
        "0 45 3 * * ?");

    public async Task<JobStep> RunStepAsync(JobContext context, CancellationToken cancellationToken)
    {
        var limit = options.Value.StepRecords;
        var deleted = await context.Connection.ExecuteAsync(new CommandDefinition(
            SqlFiles.Read("Jobs/Checks/DeleteRuns.sql"),
            new { before = context.Slot.AddDays(-options.Value.HistoryDays), limit },
            context.Transaction,
            cancellationToken: cancellationToken));
        return new JobStep(deleted < limit ? null : "more", deleted, Changed: deleted);
    }
}
