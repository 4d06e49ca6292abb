using HubExchange.Region.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>Levels of an application for a title.</summary>
internal static class StatusApplicationRules
{
    private const string Type = "region.status_application";

    public static readonly IRecordRule[] All =
    [
        new RecordRule<StatusApplication>(
            new("levels.order", Type, Severity.Warning, QualityDimension.Accuracy,
                "目标级别不高于原级别;请核对两个级别。",
                "The level applied for is not above the present one; check both."),
            record =>
                record.FromLevel != Level.Unspecified && record.ToLevel != Level.Unspecified && record.ToLevel >= record.FromLevel
                    ? new Breach("to_level")
                    : null),
    ];
}
