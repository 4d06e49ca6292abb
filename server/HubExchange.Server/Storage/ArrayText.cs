using System.Globalization;
using System.Text;

namespace HubExchange.Server.Storage;

/// <summary>Writes a list as PostgreSQL writes an array as text, e.g. <c>{"a","b"}</c>.</summary>
internal static class ArrayText
{
    /// <summary>Writes ids, which hold no character that would have to be quoted; null when there are none.</summary>
    public static string? OfIds(IReadOnlyCollection<string>? ids) => ids is { Count: > 0 } ? $"{{{string.Join(',', ids)}}}" : null;

    /// <summary>Writes the values. Every one is quoted, so that <c>null</c>, commas, braces and blanks are text.</summary>
    public static string Of(Array values)
    {
        var text = new StringBuilder("{");
        foreach (var value in values)
        {
            if (text.Length > 1)
            {
                text.Append(',');
            }

            var plain = Convert.ToString(value, CultureInfo.InvariantCulture)!;
            text.Append('"')
                .Append(plain.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))
                .Append('"');
        }

        return text.Append('}').ToString();
    }
}
