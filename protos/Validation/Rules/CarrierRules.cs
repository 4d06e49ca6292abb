using HubExchange.Enterprise.V1;
using HubExchange.Region.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>Level and state of a carrier.</summary>
internal static class CarrierRules
{
    private const string Type = "enterprise.carrier";

    public static readonly IRecordRule[] All =
    [
        new RecordRule<Carrier>(
            new("state.level", Type, Severity.Warning, QualityDimension.Consistency,
                "载体状态与级别不一致;请核对状态和级别。",
                "State and level of the carrier disagree; check both."),
            LevelAgrees),
    ];

    private static Breach? LevelAgrees(Carrier record)
    {
        var expected = record.State switch
        {
            CarrierState.CityFiled => Level.City,
            CarrierState.Provincial => Level.Provincial,
            CarrierState.National => Level.National,
            _ => record.Level,
        };
        return record.Level == Level.Unspecified || record.Level == expected
            ? null
            : new Breach("level");
    }
}
