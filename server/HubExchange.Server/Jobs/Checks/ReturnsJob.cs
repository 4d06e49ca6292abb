using System.Globalization;
using Dapper;
using HubExchange.Contracts.Entities;
using HubExchange.Mechanism.V1;
using HubExchange.Server.Calendars;
using HubExchange.Server.Findings;
using HubExchange.Server.Query;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>
/// Holds what nodes have to report (<c>mechanism.reporting_duty</c>) against what came: returns that are missing after their day, came
/// late, or say nothing. One step; duties are few, and of each the last three years are looked at.
/// </summary>
internal sealed class ReturnsJob(HubStorage storage, EntityTypes types, CalendarReader calendars, FindingRecorder recorder) : IHubJob
{
    public const string MissingRule = "return.missing";
    public const string LateRule = "return.late";
    public const string EmptyRule = "return.empty";

    private const int YearsBack = 3;

    // In days to SQL: a day begins in China.
    private const string Day = "(hub_recorded_at at time zone 'Asia/Shanghai')::date";

    public JobDefinition Definition { get; } = new(
        "returns",
        "报送情况检查",
        "Missing, late and empty returns",
        "按报送任务和工作日历,查找漏报、迟报和空报。",
        "Finds returns that are missing, late or empty, by the reporting duties and the working calendar.",
        "0 0 8 * * ?");

    public async Task<JobStep> RunStepAsync(JobContext context, CancellationToken cancellationToken)
    {
        if (types.Find(ReportingDuty.Descriptor) is not { } dutyType)
        {
            return new JobStep(null, 0);
        }

        var today = ChinaTime.DayOf(context.Slot);
        var days = await calendars.ReadAsync(context.Connection, cancellationToken);
        var duties = await new StoredMessages(storage, types, context.Connection, ReadTime.Current).ReadAsync(ReportingDuty.Parser, cancellationToken);
        var issues = new List<Issue>();
        var examined = 0;
        foreach (var duty in duties)
        {
            var (from, until) = (DayOf(duty.ValidFrom, today), DayOf(duty.ValidTo, today));
            from = from > today.AddYears(-YearsBack) ? from : today.AddYears(-YearsBack);
            foreach (var period in ReturnPeriod.Between(duty.Cadence, from, until < today ? until : today))
            {
                var due = days.Add(period.End, duty.DueWorkingDays);
                if (today > due && types.Find(duty.RecordType) is { } type)
                {
                    examined++;
                    var found = await FindAsync(duty, type, period, context, cancellationToken);
                    issues.AddRange(IssuesOf(duty, dutyType, type, period, due, found));
                }
            }
        }

        var (raised, resolved) = await recorder.RecordAsync(
            issues, new IssueScope([MissingRule, LateRule, EmptyRule], dutyType.Id), Definition.Label, context.Transaction, cancellationToken);
        return new JobStep(null, examined, raised, resolved);
    }

    private static IEnumerable<Issue> IssuesOf(
        ReportingDuty duty, EntityType dutyType, EntityType type, ReturnPeriod period, DateOnly due, Return found)
    {
        if (found.Count == 0)
        {
            yield return Of(MissingRule, QualityDimension.Completeness, Severity.Error, $"漏报:{period.Name} 的{type.Label}应于 {Text(due)} 前报送。",
                $"Missing: the return of {type.Id} for {period.Name} was due on {Text(due)}.", "");
            yield break;
        }

        if (found.FirstOn > due)
        {
            yield return Of(LateRule, QualityDimension.Timeliness, Severity.Warning,
                $"迟报:{period.Name} 的{type.Label}于 {Text(found.FirstOn.Value)} 报送,期限为 {Text(due)}。",
                $"Late: the return of {type.Id} for {period.Name} came on {Text(found.FirstOn.Value)}, due was {Text(due)}.", Text(found.FirstOn.Value));
        }

        if (found.Filled == 0)
        {
            yield return Of(EmptyRule, QualityDimension.Completeness, Severity.Warning, $"空报:{period.Name} 的{type.Label}只有必填项,没有内容。",
                $"Empty: the return of {type.Id} for {period.Name} holds nothing but what is required.",
                string.Create(CultureInfo.InvariantCulture, $"{found.Count} 条 records"));
        }

        Issue Of(string rule, QualityDimension dimension, Severity severity, string zh, string en, string observed) => new(
            rule, $"{duty.DutyId}|{period.Name}", $"{duty.DutyId}|{period.Name}", dimension, severity, zh, en, dutyType.Id, duty.DutyId, "",
            duty.NodeId, duty.NodeId, observed, Text(due),
            [new EvidenceRow(duty.NodeId, period.Name, Note: $"{type.Id}: {found.Count}")]);
    }

    // Earlier versions count, too: a return that came in time and was corrected later is in time.
    private async Task<Return> FindAsync(
        ReportingDuty duty, EntityType type, ReturnPeriod period, JobContext context, CancellationToken cancellationToken)
    {
        var table = storage.TableOf(type);
        var column = duty.PeriodField.Length == 0 ? null : table.Find(duty.PeriodField);
        var content = table.Columns.Where(each => !each.Field.Options.Required && !type.Key.Contains(each.Field)).Select(each => each.QuotedName).ToList();
        var filled = content.Count == 0 ? "true" : $"num_nonnulls({string.Join(", ", content)}) > 0";
        var condition = column is null ? $"{Day} > @end and {Day} <= @nextEnd" : $"{column.QuotedName} = @period";
        var select = $"select {Day} as day, not hub_deleted and {filled} as is_filled from {{0}} where hub_source = @source and {condition}";
        return await context.Connection.QuerySingleAsync<Return>(new CommandDefinition(
            $"""
            select count(*) as "Count", min(day) as "FirstOn", count(*) filter (where is_filled) as "Filled"
            from (
              {string.Format(CultureInfo.InvariantCulture, select, table.Table)}
              union all
              {string.Format(CultureInfo.InvariantCulture, select, table.VersionTable)}) v
            """,
            new { source = duty.NodeId, period = period.Name, end = period.End, nextEnd = period.NextEnd },
            context.Transaction,
            cancellationToken: cancellationToken));
    }

    private static DateOnly DayOf(string text, DateOnly otherwise) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : otherwise;

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private sealed record Return(long Count, DateOnly? FirstOn, long Filled);
}
