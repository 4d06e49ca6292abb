using System.Collections.Frozen;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using HubExchange.V1;
using EntityField = HubExchange.Contracts.Entities.EntityField;
using EntityType = HubExchange.Contracts.Entities.EntityType;
using FieldReader = HubExchange.Contracts.Entities.FieldReader;

namespace HubExchange.Contracts.Validation.Checks;

/// <summary>Fields that the value of another one makes necessary.</summary>
internal static class ConditionCheck
{
    public static RecordCheck Of(EntityType type, ConditionRule rule, RuleInfo info)
    {
        var applies = AppliesTo(type.Find(rule.Field)!, rule.Values);
        var required = rule.Required.Select(name => type.Find(name)!)
            .Select(field => (Field: field, IsSet: FieldReader.IsSet(field.Descriptor)))
            .ToArray();
        return (record, found) =>
        {
            if (!applies(record))
            {
                return;
            }

            foreach (var (field, isSet) in required)
            {
                if (!isSet(record))
                {
                    found.Add(info, field);
                }
            }
        };
    }

    private static Func<IMessage, bool> AppliesTo(EntityField field, IEnumerable<string> values)
    {
        if (field.Descriptor.IsRepeated)
        {
            return static _ => false;
        }

        switch (field.Descriptor.FieldType)
        {
            case FieldType.Enum:
                var codes = values.Select(name => (long)(field.Codes!.Find(name)?.Number ?? 0)).Where(number => number != 0).ToFrozenSet();
                var code = FieldReader.Number(field.Descriptor);
                return record => codes.Contains(code(record));
            case FieldType.Bool:
                var flags = values.Select(value => value == "true").ToFrozenSet();
                var flag = FieldReader.Flag(field.Descriptor);
                return record => flags.Contains(flag(record));
            case FieldType.Int32 or FieldType.Int64:
                var numbers = values.Select(value => long.Parse(value, CultureInfo.InvariantCulture)).ToFrozenSet();
                var number = FieldReader.Number(field.Descriptor);
                return record => numbers.Contains(number(record));
            case FieldType.String:
                var texts = values.ToFrozenSet(StringComparer.Ordinal);
                var text = FieldReader.Text(field.Descriptor);
                return record => texts.Contains(text(record));
            default:
                return static _ => false;
        }
    }
}
