using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;

namespace HubExchange.Contracts.Validation.Checks;

/// <summary>Builds the check of one field from what its contract declares.</summary>
internal static class FieldChecks
{
    private const int DefaultMaxItems = 200;

    public static RecordCheck? Of(EntityField field, bool isKey)
    {
        var missing = isKey || field.Options.Required ? BuiltInRules.Required : field.Options.Expected ? BuiltInRules.Expected : null;
        if (field.Descriptor.IsMap)
        {
            return Filled(field, missing, MapOf(field));
        }

        if (field.IsList)
        {
            return Filled(field, missing, ListOf(field));
        }

        return field.Descriptor.FieldType switch
        {
            FieldType.String => TextOf(field, missing),
            FieldType.Enum => CodeChecks.Single(field, missing),
            FieldType.Int32 or FieldType.Int64 => Filled(field, missing, NumberChecks.Single(field)),
            FieldType.Message => Filled(field, missing, NestedOf(field)),
            // A false that cannot be told from an absent one is an answer.
            FieldType.Bool when !field.Descriptor.HasPresence => null,
            _ => Filled(field, missing, null),
        };
    }

    private static RecordCheck? Filled(EntityField field, RuleInfo? missing, RecordCheck? check)
    {
        if (missing is null && check is null)
        {
            return null;
        }

        var isSet = FieldReader.IsSet(field.Descriptor);
        return (record, found) =>
        {
            if (isSet(record))
            {
                check?.Invoke(record, found);
            }
            else if (missing is not null)
            {
                found.Add(missing, field);
            }
        };
    }

    private static RecordCheck TextOf(EntityField field, RuleInfo? missing)
    {
        var read = FieldReader.Text(field.Descriptor);
        var check = TextChecks.Of(field);
        return (record, found) =>
        {
            var text = read(record);
            if (text.Length > 0)
            {
                check(text, field, -1, found);
            }
            else if (missing is not null)
            {
                found.Add(missing, field);
            }
        };
    }

    private static RecordCheck? NestedOf(EntityField field)
    {
        if (MessagePlan.Of(field.Descriptor.MessageType) is not { } plan)
        {
            return null;
        }

        var read = FieldReader.Value<IMessage>(field.Descriptor);
        return (record, found) =>
        {
            found.Enter(field, -1);
            plan.Run(read(record), found);
            found.Leave();
        };
    }

    private static RecordCheck ListOf(EntityField field)
    {
        var limit = field.Options.MaxItems > 0 ? field.Options.MaxItems : DefaultMaxItems;
        var elements = ElementsOf(field);
        var read = FieldReader.List(field.Descriptor);
        return (record, found) =>
        {
            var items = read(record);
            if (items.Count > limit)
            {
                found.Add(BuiltInRules.ListSize, field, detail: Text.Limit(items.Count, limit));
                return;
            }

            elements?.Invoke(items, found);
        };
    }

    private static Action<IList, Findings>? ElementsOf(EntityField field)
    {
        switch (field.Descriptor.FieldType)
        {
            case FieldType.String:
                var check = TextChecks.Of(field);
                return (items, found) => CheckTexts((RepeatedField<string>)items, field, check, found);
            case FieldType.Enum:
                return CodeChecks.List(field);
            case FieldType.Int32 or FieldType.Int64:
                return NumberChecks.List(field);
            case FieldType.Message when MessagePlan.Of(field.Descriptor.MessageType) is { } plan:
                return (items, found) =>
                {
                    for (var i = 0; i < items.Count; i++)
                    {
                        found.Enter(field, i);
                        plan.Run((IMessage)items[i]!, found);
                        found.Leave();
                    }
                };
            default:
                return null;
        }
    }

    private static void CheckTexts(RepeatedField<string> texts, EntityField field, TextCheck check, Findings found)
    {
        for (var i = 0; i < texts.Count; i++)
        {
            if (texts[i].Length > 0)
            {
                check(texts[i], field, i, found);
            }
            else
            {
                found.Add(BuiltInRules.Required, field, index: i);
            }
        }
    }

    private static RecordCheck MapOf(EntityField field)
    {
        var limit = field.Options.MaxItems > 0 ? field.Options.MaxItems : DefaultMaxItems;
        var check = TextChecks.Plain(field);
        var read = FieldReader.Map(field.Descriptor);
        return (record, found) =>
        {
            var map = read(record);
            if (map.Count > limit)
            {
                found.Add(BuiltInRules.ListSize, field, detail: Text.Limit(map.Count, limit));
                return;
            }

            foreach (DictionaryEntry entry in map)
            {
                if (entry.Key is string key)
                {
                    check(key, field, -1, found);
                }

                if (entry.Value is string value)
                {
                    check(value, field, -1, found);
                }
            }
        };
    }
}
