using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;

namespace HubExchange.Contracts.Validation.Checks;

/// <summary>The key of a record: short enough, and its parts can be told apart.</summary>
internal static class KeyCheck
{
    // No integer or code name is longer, so that the key need only be built when it may be too long.
    private const int LongestOther = 50;

    public static RecordCheck Of(EntityType type)
    {
        var texts = type.Key.Where(field => field.Descriptor.FieldType == FieldType.String)
            .Select(field => (Field: field, Read: FieldReader.Text(field.Descriptor)))
            .ToArray();
        var others = type.Key.Count - texts.Length;
        return (record, found) =>
        {
            var length = type.Key.Count - 1 + (others * LongestOther);
            foreach (var (field, read) in texts)
            {
                var text = read(record);
                length += text.Length;
                if (text.Length > 0 && HasBadCharacter(text))
                {
                    found.Add(BuiltInRules.KeyCharacters, field, text);
                }
            }

            if (length > EntityType.MaxKeyLength && type.KeyOf(record) is { Length: > EntityType.MaxKeyLength } key)
            {
                found.Add(
                    BuiltInRules.KeyLength,
                    texts is [var (single, _)] ? single : null,
                    type.Key.Any(field => field.IsPersonal) ? null : key,
                    Text.Limit(key.Length, EntityType.MaxKeyLength));
            }
        };
    }

    // Control characters that no text may hold are reported as text.characters.
    private static bool HasBadCharacter(string text)
    {
        if (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]))
        {
            return true;
        }

        foreach (var c in text)
        {
            if (c is EntityType.KeySeparator or '\n' or '\t' or (>= '\u007F' and <= '\u009F'))
            {
                return true;
            }
        }

        return false;
    }
}
