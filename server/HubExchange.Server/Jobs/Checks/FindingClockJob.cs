using Dapper;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Calendars;
using HubExchange.Server.Findings;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>
/// Looks after the clocks of findings: counts terms that could not be counted because a calendar was missing, failing loudly while it
/// still is, and issues a supervision order for every finding that is overdue, once for a term.
/// </summary>
internal sealed class FindingClockJob(CalendarReader calendars, TimeProvider time) : IHubJob
{
    public JobDefinition Definition { get; } = new(
        "finding-clock",
        "问题办理时限与督办",
        "Clocks of findings, supervision orders",
        "计算问题的办理期限,对超期未办的问题下达督办单。",
        "Counts the terms of findings and issues supervision orders for those that are overdue.",
        "0 30 7 * * ?");

    public async Task<JobStep> RunStepAsync(JobContext context, CancellationToken cancellationToken)
    {
        var days = await calendars.ReadAsync(context.Connection, cancellationToken);
        var today = ChinaTime.DayOf(context.Slot);
        var limit = context.Size;
        var rows = (await context.Connection.QueryAsync<string>(new CommandDefinition(
            SqlFiles.Read("Jobs/Checks/ListDueFindings.sql"), new { today, limit }, context.Transaction, cancellationToken: cancellationToken)))
            .Select(FindingRow.Read)
            .ToList();
        foreach (var row in rows)
        {
            await FindingStore.WriteAsync(MoveOf(row, days), context.Connection, context.Transaction, cancellationToken);
        }

        return new JobStep(rows.Count < limit ? null : "more", rows.Count, Changed: rows.Count);
    }

    private MovedFinding MoveOf(FindingRow row, WorkingDays days)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (row.DueOn is null)
        {
            var term = FindingTerm.From(row.ReceivedOn!.Value, days);
            var counted = row with { AmberOn = term.AmberOn, DueOn = term.DueOn };
            return new MovedFinding(counted, row.State, FindingAction.Update, EntityTable.HubSource, "期限已计算 term counted", now);
        }

        var ordered = row with { SupervisionOrder = FindingDesk.OrderOf(row), OrderedOn = ChinaTime.Today(time) };
        return new MovedFinding(ordered, row.State, FindingAction.Supervise, EntityTable.HubSource, "超期未办 overdue", now);
    }
}
