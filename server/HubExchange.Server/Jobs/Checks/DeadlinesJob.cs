using System.Globalization;
using Dapper;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Findings;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Options;
using EntityField = HubExchange.Contracts.Entities.EntityField;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>
/// Tells ahead of what ends or is due, and of what is past and not done: the clocks that the contracts declare on their fields
/// (<see cref="Deadline"/>), of certificates, registrations, documents, tasks and of states that a record should have left.
/// </summary>
internal sealed class DeadlinesJob(HubStorage storage, RangeCheck check, IOptions<DeadlineOptions> options) : IHubJob
{
    public const string AheadRule = "deadline.ahead";
    public const string PassedRule = "deadline.passed";

    public JobDefinition Definition { get; } = new(
        "deadlines",
        "到期与时限检查",
        "Expiry and deadlines",
        "按契约声明的时限,提前提示将到期的证书、登记、文件、合同、任务、里程碑和生命周期环节,并指出已过期未办结的。",
        "Tells ahead of certificates, registrations, documents, contracts, tasks, milestones and stages that end, and of those that are past and not done; contracts declare the terms.",
        "0 15 7 * * ?");

    public Task<JobStep> RunStepAsync(JobContext context, CancellationToken cancellationToken) => check.RunAsync(
        [.. storage.Tables.Where(table => ClocksOf(table).Any())],
        [AheadRule, PassedRule],
        Definition.Label,
        context,
        range => FindAsync(range, context, cancellationToken),
        cancellationToken);

    private async Task<List<Issue>> FindAsync(KeyRange range, JobContext context, CancellationToken cancellationToken)
    {
        var today = ChinaTime.DayOf(context.Slot);
        var issues = new List<Issue>();
        foreach (var column in ClocksOf(range.Table))
        {
            var deadline = column.Field.Options.Deadline;
            var parameters = new
            {
                range.After,
                range.Until,
                first = FirstOf(deadline, today),
                last = today.AddDays(deadline.NoticeDays),
                codes = deadline.Codes.ToArray(),
            };
            issues.AddRange((await context.Connection.QueryAsync<Row>(new CommandDefinition(
                Sql(range.Table, column), parameters, context.Transaction, cancellationToken: cancellationToken)))
                .Select(row => IssueOf(range.Table.Type, column.Field, row, today)));
        }

        return issues;
    }

    // The earliest day that is still told of.
    private DateOnly FirstOf(Deadline deadline, DateOnly today)
    {
        var (grace, open) = (today.AddDays(-deadline.GraceDays), new DateOnly(today.Year - options.Value.YearsBack, 1, 1));
        return grace > open ? grace : open;
    }

    private static IEnumerable<EntityColumn> ClocksOf(EntityTable table) => table.Columns.Where(column => column.Field.Options.Deadline is not null);

    // The source of the field, where several sources report the record. Index: primary key.
    private static string Sql(EntityTable table, EntityColumn column)
    {
        var deadline = column.Field.Options.Deadline;
        var day = column.SqlType == "date" ? $"r.{column.QuotedName}" : $"make_date(r.{column.QuotedName}, 12, 31)";
        return
            $"""
            select r.hub_key as "Key", coalesce(r.hub_provenance ->> '{column.Field.Name}', r.hub_source) as "Source",
              c.day as "Day", r.hub_revision as "Revision", r.hub_recorded_at as "RecordedAt"
            from {table.Table} r
            cross join lateral (select ({day} + interval '{deadline.Months} months {deadline.Days} days')::date) c (day)
            where {KeyRange.Restriction}
              and r.hub_consolidated
              and c.day between @first and @last
              {(deadline.Done.Length == 0 ? "" : $"and r.{table.Find(deadline.Done)!.QuotedName} is null")}
              {(deadline.State.Length == 0 ? "" : $"and r.{table.Find(deadline.State)!.QuotedName} = any(@codes)")}
            """;
    }

    private static Issue IssueOf(EntityType type, EntityField field, Row row, DateOnly today)
    {
        var deadline = field.Options.Deadline;
        var day = row.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var isPast = row.Day < today;
        return new Issue(
            isPast ? PassedRule : AheadRule,
            $"{type.Id}|{row.Key}|{field.Name}",
            row.Key,
            QualityDimension.Timeliness,
            isPast ? Severity.Error : Severity.Warning,
            isPast ? $"{deadline.Zh}:已于 {day} 到期,请办结或更正。" : $"{deadline.Zh}:将于 {day} 到期,请及时办理。",
            isPast ? $"The {deadline.En}: it was on {day}; finish or correct it." : $"The {deadline.En} on {day}; see to it in time.",
            type.Id,
            row.Key,
            field.Name,
            row.Source,
            row.Source,
            day,
            "",
            [new EvidenceRow(row.Source, day, row.Revision, row.RecordedAt)]);
    }

    private sealed record Row(string Key, string Source, DateOnly Day, long Revision, DateTime RecordedAt);
}
