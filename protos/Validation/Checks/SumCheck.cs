using Google.Protobuf;
using HubExchange.V1;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Contracts.Validation.Checks;

/// <summary>Parts that add up to a total. Judged only when at least one part and the total are present.</summary>
internal static class SumCheck
{
    public static RecordCheck Of(EntityType type, SumRule rule, RuleInfo info)
    {
        var parts = rule.Parts.Select(name => OrderedValue.Reader(type.Find(name)!)).ToArray();
        var totalField = rule.Total.Length == 0 ? null : type.Find(rule.Total);
        Func<IMessage, decimal?> total = totalField is null ? _ => rule.Constant : OrderedValue.Reader(totalField);
        var shown = totalField ?? type.Find(rule.Parts[^1]);
        return (record, found) =>
        {
            if (total(record) is not { } expected)
            {
                return;
            }

            decimal? sum = null;
            foreach (var part in parts)
            {
                if (part(record) is { } value)
                {
                    sum = (sum ?? 0) + value;
                }
            }

            if (sum is { } actual && actual != expected)
            {
                found.Add(info, shown, $"{Text.Of(actual)} ≠ {Text.Of(expected)}");
            }
        };
    }
}
