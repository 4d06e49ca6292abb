using HubExchange.Platform.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>Partners of a joint innovation centre.</summary>
internal static class RdInstitutionRules
{
    private const string Type = "platform.rd_institution";

    public static readonly IRecordRule[] All =
    [
        new RecordRule<RdInstitution>(
            new("joint.kinds", Type, Severity.Warning, QualityDimension.Consistency,
                "企校联合创新中心应由企业依托(代码 9 开头),并至少有一家高校或科研院所合作单位(代码非 9 开头);请核对各单位代码。",
                "A joint innovation centre has an enterprise as host (code begins with 9) and at least one partner that is none; check the codes."),
            Kinds),
        new RecordRule<RdInstitution>(
            new("partners.host", Type, Severity.Error, QualityDimension.Consistency,
                "依托单位不能同时列为合作单位;请删去。",
                "The host is also listed as a partner; remove it there."),
            Host),
    ];

    private static Breach? Kinds(RdInstitution record)
    {
        if (record.Type != RdInstitutionType.JointInnovationCentre || record.HostUscc.Length == 0 || record.PartnerUsccs.Count == 0)
        {
            return null;
        }

        if (record.HostUscc[0] != '9')
        {
            return new Breach("host_uscc", record.HostUscc);
        }

        foreach (var partner in record.PartnerUsccs)
        {
            if (partner.Length > 0 && partner[0] != '9')
            {
                return null;
            }
        }

        return new Breach("partner_usccs", record.PartnerUsccs[0]);
    }

    private static Breach? Host(RdInstitution record) =>
        record.HostUscc.Length > 0 && record.PartnerUsccs.IndexOf(record.HostUscc) is >= 0 and var index
            ? new Breach("partner_usccs", record.HostUscc, Index: index)
            : null;
}
