using Google.Protobuf;
using HubExchange.V1;
using EntityField = HubExchange.Contracts.Entities.EntityField;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Contracts.Validation.Checks;

/// <summary>Fields that must not decrease. Each value is compared with the last one that is present.</summary>
internal static class AscendingCheck
{
    public static RecordCheck Of(EntityType type, AscendingRule rule, RuleInfo info)
    {
        var startsAtZero = rule.Fields is ["0", ..];
        var fields = rule.Fields.Skip(startsAtZero ? 1 : 0).Select(name => type.Find(name)!)
            .Select(field => (Field: field, Read: OrderedValue.Reader(field)))
            .ToArray();
        return (record, found) =>
        {
            decimal? highest = startsAtZero ? 0 : null;
            foreach (var (field, read) in fields)
            {
                if (read(record) is not { } value)
                {
                    continue;
                }

                if (value < highest)
                {
                    found.Add(info, field, ValueOf(field, record));
                }

                highest = value;
            }
        };
    }

    private static string? ValueOf(EntityField field, IMessage record) => field.Descriptor.Accessor.GetValue(record)?.ToString();
}
