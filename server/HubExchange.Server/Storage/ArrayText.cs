using System.Collections;
using System.Text;

namespace HubExchange.Server.Storage;

/// <summary>Writes a list as PostgreSQL writes an array as text, e.g. <c>{"a","b"}</c>.</summary>
internal static class ArrayText
{
    /// <summary>Writes ids, which hold no character that would have to be quoted; null when there are none.</summary>
    public static string? OfIds(IReadOnlyCollection<string>? ids) => ids is { Count: > 0 } ? $"{{{string.Join(',', ids)}}}" : null;

    /// <summary>Writes the values. Every one is quoted, so that <c>null</c>, commas, braces and blanks are text.</summary>
    /// <param name="values">The list.</param>
    /// <param name="text">Text of one value.</param>
    public static string Of(IList values, Func<object, string> text)
    {
        if (values.Count == 1)
        {
            return $"{{\"{Escape(text(values[0]!))}\"}}";
        }

        var array = new StringBuilder("{");
        foreach (var value in values)
        {
            if (array.Length > 1)
            {
                array.Append(',');
            }

            array.Append('"').Append(Escape(text(value!))).Append('"');
        }

        return array.Append('}').ToString();
    }

    private static string Escape(string text) => text.AsSpan().ContainsAny('\\', '"')
        ? text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        : text;
}
