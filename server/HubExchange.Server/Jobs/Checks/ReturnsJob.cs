using System.Globalization;
using HubExchange.Contracts.Entities;
using HubExchange.Mechanism.V1;
using HubExchange.Server.Findings;
using HubExchange.Server.Identity;
using HubExchange.V1;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>
/// Holds what nodes have to report (<c>mechanism.reporting_duty</c>) against what came: returns that are missing after their day, came
/// late, or say nothing, and duties that name what is not there. One step; duties are few, and of each the last three years are looked at.
/// </summary>
internal sealed class ReturnsJob(ReturnReader returns, EntityTypes types, FindingRecorder recorder, HubIdentity identity) : IHubJob
{
    public const string MissingRule = "return.missing";
    public const string LateRule = "return.late";
    public const string EmptyRule = "return.empty";
    public const string DutyRule = "return.duty";

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

        var (due, wrong) = await returns.ReadAsync(ChinaTime.DayOf(context.Slot), context.Transaction, cancellationToken);
        var issues = due.SelectMany(each => IssuesOf(each, dutyType)).Concat(wrong.Select(each => IssueOf(each, dutyType))).ToList();
        var (raised, resolved) = await recorder.RecordAsync(
            issues, new IssueScope([MissingRule, LateRule, EmptyRule, DutyRule], dutyType.Id), Definition.Label, context.Transaction, cancellationToken);
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

    private Issue IssueOf(WrongDuty wrong, EntityType dutyType)
    {
        var operatorNode = identity.Options.OperatorNode;
        var (zh, en) = wrong.Field == "record_type"
            ? ($"报送任务指向不存在的数据类型“{wrong.Value}”,其报送无法检查。请改正任务的“数据类型”(hubctl catalog 列出全部类型)。",
                $"The duty names the type '{wrong.Value}', which is not there, so its returns cannot be checked. Mend its record_type; hubctl catalog lists the types.")
            : ($"报送任务的统计期字段“{wrong.Value}”不在类型 {wrong.Duty.RecordType} 中,其报送无法检查。请改正(hubctl catalog {wrong.Duty.RecordType} 列出字段)。",
                $"{wrong.Duty.RecordType} has no field '{wrong.Value}', which the duty names as the period, so its returns cannot be checked. Mend its period_field; hubctl catalog {wrong.Duty.RecordType} lists the fields.");
        return new Issue(
            DutyRule, wrong.Duty.DutyId, wrong.Duty.DutyId, QualityDimension.Consistency, Severity.Error, zh, en, dutyType.Id, wrong.Duty.DutyId, wrong.Field,
            operatorNode, operatorNode, wrong.Value, "", [new EvidenceRow(operatorNode, wrong.Value)]);
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
