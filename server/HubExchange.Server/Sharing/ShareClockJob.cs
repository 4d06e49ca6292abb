using Dapper;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Jobs;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Sharing;

/// <summary>Notes on every share request whose answer or delivery is overdue that it is, once for a term, and has both sides told.</summary>
internal sealed class ShareClockJob(TimeProvider time) : IHubJob
{
    public JobDefinition Definition { get; } = new(
        "share-clock",
        "共享申请时限",
        "Clocks of share requests",
        "对超过答复或提供期限的共享申请记录超期,并通知双方。",
        "Notes share requests whose answer or delivery is overdue and tells both sides.",
        "0 35 7 * * ?");

    public async Task<JobStep> RunStepAsync(JobContext context, CancellationToken cancellationToken)
    {
        var today = ChinaTime.DayOf(context.Slot);
        var limit = context.Size;
        var rows = (await context.Connection.QueryAsync<string>(new CommandDefinition(
            SqlFiles.Read("Sharing/ListOverdueShareRequests.sql"), new { today, limit }, context.Transaction, cancellationToken: cancellationToken)))
            .Select(ShareRow.Read)
            .ToList();
        foreach (var row in rows)
        {
            var overdue = new MovedShare(
                row with { OverdueOn = today }, row.State, ShareAction.Overdue, EntityTable.HubSource, ReasonOf(row), time.GetUtcNow().UtcDateTime);
            await ShareStore.WriteAsync(overdue, context.Connection, context.Transaction, cancellationToken);
        }

        return new JobStep(rows.Count < limit ? null : "more", rows.Count, Changed: rows.Count);
    }

    private static string ReasonOf(ShareRow row) =>
        row.State == ShareCode.Of(ShareState.Granted) ? "超期未提供 delivery overdue" : "超期未答复 answer overdue";
}
