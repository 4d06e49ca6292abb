using HubExchange.V1;
using EntityType = HubExchange.Contracts.Entities.EntityType;
using FieldReader = HubExchange.Contracts.Entities.FieldReader;

namespace HubExchange.Contracts.Validation.Checks;

/// <summary>Fields of which a number must be set.</summary>
internal static class ChoiceCheck
{
    public static RecordCheck Of(EntityType type, ChoiceRule rule, RuleInfo info)
    {
        var fields = rule.Fields.Select(name => FieldReader.IsSet(type.Find(name)!.Descriptor)).ToArray();
        return (record, found) =>
        {
            var set = 0;
            foreach (var isSet in fields)
            {
                set += isSet(record) ? 1 : 0;
            }

            if (set < rule.Min || (rule.Max > 0 && set > rule.Max))
            {
                found.Add(info, null);
            }
        };
    }
}
