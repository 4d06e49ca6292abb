using HubExchange.V1;

namespace HubExchange.Server.Quality;

/// <summary>Something that is counted for a dimension.</summary>
/// <param name="Id">Id, the dimension first.</param>
/// <param name="Dimension">Dimension.</param>
/// <param name="Zh">What is counted, in Chinese.</param>
/// <param name="En">The same in English.</param>
/// <param name="Path">REST path of what is behind the figure; <c>{0}</c> is the source.</param>
/// <param name="Command">The same as a command of hubctl.</param>
internal sealed record MeasureKind(string Id, QualityDimension Dimension, string Zh, string En, string Path, string Command)
{
    public const string ConformityRules = "conformity.rules";
    public const string CompletenessRules = "completeness.rules";
    public const string CompletenessFields = "completeness.fields";
    public const string CompletenessReturns = "completeness.returns";
    public const string AccuracyRules = "accuracy.rules";
    public const string AccuracyFindings = "accuracy.findings";
    public const string ConsistencyRules = "consistency.rules";
    public const string ConsistencyFindings = "consistency.findings";
    public const string ConsistencyReconciliation = "consistency.reconciliation";
    public const string TimelinessReturns = "timeliness.returns";
    public const string TimelinessClocks = "timeliness.clocks";
    public const string AccessibilityDays = "accessibility.days";
    public const string AccessibilitySessions = "accessibility.sessions";

    private const string Refused = "/v1/quarantine?source={0}";
    private const string RefusedCommand = "hubctl quarantine list --source {0}";

    /// <summary>Every one, in the order of the dimensions.</summary>
    public static IReadOnlyList<MeasureKind> All { get; } =
    [
        new(ConformityRules, QualityDimension.Conformity, "符合格式、代码等规范性规则的记录", "records that keep the rules of form and codes", Refused, RefusedCommand),
        new(CompletenessRules, QualityDimension.Completeness, "符合完整性规则的记录", "records that keep the rules of completeness", Refused, RefusedCommand),
        new(CompletenessFields, QualityDimension.Completeness, "应填字段的填写", "expected fields that are filled", "", ""),
        new(CompletenessReturns, QualityDimension.Completeness, "已到期报送任务的实报", "returns due that came and are not empty",
            "/v1/findings?source={0}&dimension=QUALITY_DIMENSION_COMPLETENESS", "hubctl findings list --source {0} --dimension completeness"),
        new(AccuracyRules, QualityDimension.Accuracy, "符合准确性规则的记录", "records that keep the rules of accuracy", Refused, RefusedCommand),
        new(AccuracyFindings, QualityDimension.Accuracy, "没有未关闭准确性问题的记录", "records without an open finding of accuracy",
            "/v1/findings?source={0}&dimension=QUALITY_DIMENSION_ACCURACY", "hubctl findings list --source {0} --dimension accuracy"),
        new(ConsistencyRules, QualityDimension.Consistency, "符合一致性规则的记录", "records that keep the rules of consistency", Refused, RefusedCommand),
        new(ConsistencyFindings, QualityDimension.Consistency, "没有未关闭一致性问题的记录", "records without an open finding of consistency",
            "/v1/findings?source={0}&dimension=QUALITY_DIMENSION_CONSISTENCY", "hubctl findings list --source {0} --dimension consistency"),
        new(ConsistencyReconciliation, QualityDimension.Consistency, "最近一次对账一致的记录", "records equal in the last reconciliation of each type",
            "/v1/reconciliations?source={0}", "hubctl reconcile list --source {0}"),
        new(TimelinessReturns, QualityDimension.Timeliness, "按期报送的报送任务", "returns due that came in time",
            "/v1/findings?source={0}&dimension=QUALITY_DIMENSION_TIMELINESS", "hubctl findings list --source {0} --dimension timeliness"),
        new(TimelinessClocks, QualityDimension.Timeliness, "未超期的待办问题", "findings to be dealt with that are not overdue",
            "/v1/findings?owner={0}&light=FINDING_LIGHT_RED", "hubctl findings list --owner {0} --light red"),
        new(AccessibilityDays, QualityDimension.Accessibility, "值守在线的天数", "days on which the source attended", "", ""),
        new(AccessibilitySessions, QualityDimension.Accessibility, "未失败的对账会话", "reconciliations that did not fail",
            "/v1/reconciliations?source={0}&state=RECONCILIATION_STATE_FAILED", "hubctl reconcile list --source {0} --state failed"),
    ];
}
