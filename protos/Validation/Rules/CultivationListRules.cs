using HubExchange.Contracts.Validation.Checks;
using HubExchange.Enterprise.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>Ranks of the cultivation lists.</summary>
internal static class CultivationListRules
{
    private const string Type = "enterprise.cultivation_list_entry";

    public static readonly IRecordRule[] All =
    [
        new RecordRule<CultivationListEntry>(
            new("top.range", Type, Severity.Error, QualityDimension.Accuracy,
                "年度20强的名次须为 1 至 20;请核对名次或名单。",
                "A rank of the yearly top 20 lies between 1 and 20; check rank and list."),
            record =>
                record is { List: CultivationList.Top20, HasRank: true, Rank: > 20 } ? new Breach("rank", Text.Of(record.Rank)) : null),
    ];
}
