using HubExchange.Technology.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>Bidders of a bid.</summary>
internal static class BidRules
{
    private const string Type = "technology.bid";

    public static readonly IRecordRule[] All =
    [
        new RecordRule<Bid>(
            new("bidders.lead", Type, Severity.Error, QualityDimension.Consistency,
                "“揭榜单位”须包含牵头揭榜单位;请补上或改正牵头单位。",
                "The bidders must include the leading one; add it or correct the lead."),
            record =>
                record.Uscc.Length > 0 && record.BidderUsccs.Count > 0 && !record.BidderUsccs.Contains(record.Uscc)
                    ? new Breach("bidder_usccs", record.Uscc)
                    : null),
    ];
}
