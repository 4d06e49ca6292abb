namespace HubExchange.Contracts.Validation.Rules;

/// <summary>The table of contents: a rule is checked when it is listed here.</summary>
internal static class RecordRules
{
    public static IReadOnlyList<IRecordRule> All { get; } =
    [
    ];
}
