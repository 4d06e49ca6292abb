using System.Globalization;
using Dapper;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Findings;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>Tells ahead of certificates, documents, contracts and milestones that end, and of those whose day has passed.</summary>
internal sealed class DeadlinesJob(HubStorage storage, EntityTypes types, RangeCheck check, IOptions<DeadlineOptions> options) : IHubJob
{
    public const string AheadRule = "deadline.ahead";
    public const string PassedRule = "deadline.passed";

    public JobDefinition Definition { get; } = new(
        "deadlines",
        "到期与时限检查",
        "Expiry and deadlines",
        "提前提示将到期的证书、文件、合同和里程碑,并指出已过期未办结的。",
        "Tells ahead of certificates, documents, contracts and milestones that end, and of those that are past and not done.",
        "0 15 7 * * ?");

    public Task<JobStep> RunStepAsync(JobContext context, CancellationToken cancellationToken) => check.RunAsync(
        [.. storage.Tables.Where(table => RulesOf(table).Any())],
        [AheadRule, PassedRule],
        Definition.Label,
        context,
        range => FindAsync(range, context, cancellationToken),
        cancellationToken);

    private async Task<List<Issue>> FindAsync(KeyRange range, JobContext context, CancellationToken cancellationToken)
    {
        var today = ChinaTime.DayOf(context.Slot);
        var issues = new List<Issue>();
        foreach (var rule in RulesOf(range.Table))
        {
            issues.AddRange((await context.Connection.QueryAsync<Row>(new CommandDefinition(
                Sql(range.Table, rule),
                new { range.After, range.Until, first = FirstOf(rule, today), last = today.AddDays(rule.NoticeDays) },
                context.Transaction,
                cancellationToken: cancellationToken))).Select(row => IssueOf(rule, row, today)));
        }

        return issues;
    }

    // The earliest day that is still told of.
    private DateOnly FirstOf(DeadlineRule rule, DateOnly today)
    {
        var (grace, open) = (today.AddDays(-rule.GraceDays), new DateOnly(today.Year - options.Value.YearsBack, 1, 1));
        return grace > open ? grace : open;
    }

    private IEnumerable<DeadlineRule> RulesOf(EntityTable table) =>
        DeadlineRule.All.Where(rule => rule.Type == table.Type.Id && types.Find(rule.Type) is not null);

    // The source of the field, where several sources report the record. Index: primary key.
    private static string Sql(EntityTable table, DeadlineRule rule) =>
        $"""
        select r.hub_key as "Key", coalesce(r.hub_provenance ->> '{rule.Field}', r.hub_source) as "Source",
          r.{table.Find(rule.Field)!.QuotedName} as "Day", r.hub_revision as "Revision", r.hub_recorded_at as "RecordedAt"
        from {table.Table} r
        where {KeyRange.Restriction}
          and r.hub_consolidated
          and r.{table.Find(rule.Field)!.QuotedName} between @first and @last
          {(rule.Done.Length == 0 ? "" : $"and r.{table.Find(rule.Done)!.QuotedName} is null")}
          {(rule.Type == "mechanism.task" ? "and r.state is distinct from 'CANCELLED'" : "")}
        """;

    private static Issue IssueOf(DeadlineRule rule, Row row, DateOnly today)
    {
        var day = row.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var isPast = row.Day < today;
        return new Issue(
            isPast ? PassedRule : AheadRule,
            $"{rule.Type}|{row.Key}|{rule.Field}",
            row.Key,
            QualityDimension.Timeliness,
            isPast ? Severity.Error : Severity.Warning,
            isPast ? $"{rule.Zh}:已于 {day} 到期,请办结或更正。" : $"{rule.Zh}:将于 {day} 到期,请及时办理。",
            isPast ? $"The {rule.En}: it was on {day}; finish or correct it." : $"The {rule.En} on {day}; see to it in time.",
            rule.Type,
            row.Key,
            rule.Field,
            row.Source,
            row.Source,
            day,
            "",
            [new EvidenceRow(row.Source, day, row.Revision, row.RecordedAt)]);
    }

    private sealed record Row(string Key, string Source, DateOnly Day, long Revision, DateTime RecordedAt);
}
