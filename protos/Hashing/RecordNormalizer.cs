using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;

namespace HubExchange.Contracts.Hashing;

/// <summary>Brings the text of a record into canonical form, in place. The hash is the same before and after.</summary>
public static class RecordNormalizer
{
    /// <summary>Normalises every text of <paramref name="record"/>, also inside nested messages and lists.</summary>
    /// <returns>Whether anything changed.</returns>
    public static bool Normalize(EntityType type, IMessage record) => Normalize(type.Fields, record);

    private static bool Normalize(IReadOnlyList<EntityField> fields, IMessage record)
    {
        var changed = false;
        foreach (var field in fields)
        {
            var descriptor = field.Descriptor;
            if (descriptor.IsMap || descriptor.FieldType is not (FieldType.String or FieldType.Message))
            {
                continue;
            }

            changed |= descriptor.Accessor.GetValue(record) switch
            {
                string text => NormalizeText(field, record, text),
                IList items => NormalizeList(field, items),
                IMessage nested => NormalizeNested(nested),
                _ => false,
            };
        }

        return changed;
    }

    private static bool NormalizeText(EntityField field, IMessage record, string text)
    {
        var canonical = Canonical(field, text);
        if (ReferenceEquals(canonical, text) || canonical == text)
        {
            return false;
        }

        field.Descriptor.Accessor.SetValue(record, canonical);
        return true;
    }

    private static bool NormalizeList(EntityField field, IList items)
    {
        var changed = false;
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is string text && Canonical(field, text) is var canonical && canonical != text)
            {
                items[i] = canonical;
                changed = true;
            }
            else if (items[i] is IMessage nested)
            {
                changed |= NormalizeNested(nested);
            }
        }

        return changed;
    }

    private static bool NormalizeNested(IMessage nested) =>
        Normalize(EntityField.AllOf(nested.Descriptor), nested);

    private static string Canonical(EntityField field, string text) =>
        field.IsCode ? CanonicalText.OfCode(text) : CanonicalText.Of(text);
}
