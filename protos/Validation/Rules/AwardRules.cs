using HubExchange.Technology.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>Organisations of an award.</summary>
internal static class AwardRules
{
    private const string Type = "technology.award";

    public static readonly IRecordRule[] All =
    [
        new RecordRule<Award>(
            new("organizations.first", Type, Severity.Error, QualityDimension.Consistency,
                "“完成单位”须包含第一完成单位;请补上或改正第一完成单位。",
                "The organisations must include the first one; add it or correct the first."),
            record =>
                record.Uscc.Length > 0 && record.OrgUsccs.Count > 0 && !record.OrgUsccs.Contains(record.Uscc)
                    ? new Breach("org_usccs", record.Uscc)
                    : null),
    ];
}
