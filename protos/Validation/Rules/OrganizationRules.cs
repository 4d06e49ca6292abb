using HubExchange.Contracts.Validation.Formats;
using HubExchange.Enterprise.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>What one record of an organisation must agree with in itself.</summary>
internal static class OrganizationRules
{
    private const string Type = "enterprise.organization";

    public static readonly IRecordRule[] All =
    [
        new RecordRule<Organization>(
            new("org_kind.uscc", Type, Severity.Warning, QualityDimension.Consistency,
                "机构类型与统一社会信用代码前两位({detail})不符;请核对机构类型和代码。",
                "The kind of organisation does not go with the first two characters of the code ({detail}); check both."),
            KindAgrees),
    ];

    private static Breach? KindAgrees(Organization record)
    {
        if (!Uscc.HasForm(record.Uscc))
        {
            return null;
        }

        var pair = record.Uscc[..2];
        var agrees = record.OrgKind switch
        {
            OrganizationKind.Enterprise => pair is "91",
            OrganizationKind.PublicInstitution => pair is "12",
            OrganizationKind.StateOrgan => pair is "11",
            OrganizationKind.Association or OrganizationKind.PrivateNonEnterprise => pair[0] == '5',
            OrganizationKind.Cooperative => pair is "93",
            OrganizationKind.SoleTrader => pair is "92",
            _ => true,
        };
        return agrees ? null : new Breach("org_kind", Detail: pair);
    }
}
