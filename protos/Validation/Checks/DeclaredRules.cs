using HubExchange.V1;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Contracts.Validation.Checks;

/// <summary>The rules that entity options declare.</summary>
internal static class DeclaredRules
{
    public static IEnumerable<RuleInfo> Of(EntityType type) =>
    [
        .. type.Options.Ascending.Select(rule => Info(type, rule)),
        .. type.Options.Sums.Select(rule => Info(type, rule)),
        .. type.Options.Choices.Select(rule => Info(type, rule)),
        .. type.Options.Conditions.Select(rule => Info(type, rule)),
    ];

    public static IEnumerable<RecordCheck> ChecksOf(EntityType type) =>
    [
        .. type.Options.Ascending.Select(rule => AscendingCheck.Of(type, rule, Info(type, rule))),
        .. type.Options.Sums.Select(rule => SumCheck.Of(type, rule, Info(type, rule))),
        .. type.Options.Choices.Select(rule => ChoiceCheck.Of(type, rule, Info(type, rule))),
        .. type.Options.Conditions.Select(rule => ConditionCheck.Of(type, rule, Info(type, rule))),
    ];

    private static RuleInfo Info(EntityType type, AscendingRule rule) =>
        new(rule.Id, type.Id, Or(rule.Severity), QualityDimension.Accuracy, rule.Zh, rule.En);

    private static RuleInfo Info(EntityType type, SumRule rule) =>
        new(rule.Id, type.Id, Or(rule.Severity), QualityDimension.Consistency, rule.Zh, rule.En);

    private static RuleInfo Info(EntityType type, ChoiceRule rule) =>
        new(rule.Id, type.Id, Or(rule.Severity), QualityDimension.Completeness, rule.Zh, rule.En);

    private static RuleInfo Info(EntityType type, ConditionRule rule) =>
        new(rule.Id, type.Id, Or(rule.Severity), QualityDimension.Completeness, rule.Zh, rule.En);

    private static Severity Or(Severity severity) => severity == Severity.Unspecified ? Severity.Error : severity;
}
