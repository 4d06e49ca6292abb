using System.Globalization;
using HubExchange.Contracts.Entities;
using HubExchange.Mechanism.V1;
using HubExchange.Server.Findings;
using HubExchange.V1;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>
/// Holds what nodes have to report (<c>mechanism.reporting_duty</c>) against what came: returns that are missing after their day, came
/// late, or say nothing. One step; duties are few, and of each the last three years are looked at.
/// </summary>
internal sealed class ReturnsJob(ReturnReader returns, EntityTypes types, FindingRecorder recorder) : IHubJob
{
    public const string MissingRule = "return.missing";
    public const string LateRule = "return.late";
    public const string EmptyRule = "return.empty";

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

        var due = await returns.ReadAsync(ChinaTime.DayOf(context.Slot), context.Transaction, cancellationToken);
        var issues = due.SelectMany(each => IssuesOf(each, dutyType)).ToList();
        var (raised, resolved) = await recorder.RecordAsync(
            issues, new IssueScope([MissingRule, LateRule, EmptyRule], dutyType.Id), Definition.Label, context.Transaction, cancellationToken);
        return new JobStep(null, due.Count, raised, resolved);
    }

    private static IEnumerable<Issue> IssuesOf(DueReturn each, EntityType dutyType)
    {
        var (duty, type, period, due, found) = each;
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

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
