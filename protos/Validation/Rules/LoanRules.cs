using HubExchange.Contracts.Validation.Checks;
using HubExchange.Mechanism.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>Risk shares of a loan.</summary>
internal static class LoanRules
{
    private const string Type = "mechanism.loan";

    public static readonly IRecordRule[] All =
    [
        new RecordRule<Loan>(
            new("loan.risk_shares", Type, Severity.Error, QualityDimension.Consistency,
                "各方风险分担比例之和为 {detail}%,应为 100%;请核对各方比例。",
                "The risk shares add up to {detail} %, not 100 %; check the share of each party."),
            Shares),
    ];

    private static Breach? Shares(Loan record)
    {
        if (record.RiskShares.Count == 0)
        {
            return null;
        }

        long sum = 0;
        foreach (var share in record.RiskShares)
        {
            sum += share.Percent;
        }

        return sum == 100 ? null : new Breach("risk_shares", Text.Of(sum), Text.Of(sum));
    }
}
