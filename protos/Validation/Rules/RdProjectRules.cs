using HubExchange.Technology.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>Partners of an R&amp;D project.</summary>
internal static class RdProjectRules
{
    private const string Type = "technology.rd_project";

    public static readonly IRecordRule[] All =
    [
        new RecordRule<RdProject>(
            new("partners.lead", Type, Severity.Error, QualityDimension.Consistency,
                "牵头单位不能同时列为合作单位;请删去。",
                "The leading unit is also listed as a partner; remove it there."),
            record =>
                record.LeadUscc.Length > 0 && record.PartnerUsccs.IndexOf(record.LeadUscc) is >= 0 and var index
                    ? new Breach("partner_usccs", record.LeadUscc, Index: index)
                    : null),
    ];
}
