using HubExchange.V1;
using PlanTask = HubExchange.Mechanism.V1.PlanTask;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>Parent of a task.</summary>
internal static class TaskRules
{
    private const string Type = "mechanism.task";

    public static readonly IRecordRule[] All =
    [
        new RecordRule<PlanTask>(
            new("parent.self", Type, Severity.Error, QualityDimension.Consistency,
                "任务不能以自己为上级任务;请改填或留空。",
                "A task cannot be part of itself; name another parent or none."),
            record =>
                record.ParentTaskId.Length > 0 && record.ParentTaskId == record.TaskId ? new Breach("parent_task_id", record.ParentTaskId) : null),
    ];
}
