using HubExchange.Region.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>Parent of a division.</summary>
internal static class DivisionRules
{
    private const string Type = "region.division";

    public static readonly IRecordRule[] All =
    [
        new RecordRule<Division>(
            new("parent.self", Type, Severity.Error, QualityDimension.Consistency,
                "区划不能以自己为上级区划;请改填或留空。",
                "A division cannot be its own parent; name another one or none."),
            record =>
                record.ParentCode.Length > 0 && record.ParentCode == record.DivisionCode ? new Breach("parent_code", record.ParentCode) : null),
    ];
}
