using System.Text.RegularExpressions;

namespace HubExchange.Client.Files;

/// <summary>Takes away what spreadsheet programs and people put around the value of a cell.</summary>
internal static partial class CellText
{
    // Byte order mark and zero-width spaces are no white space to .NET, but arrive with text copied from web pages.
    private static readonly char[] Invisible = ['\uFEFF', '\u200B', '\u200C', '\u200D', '\u2060'];

    public static string Clean(string cell)
    {
        var text = Trim(cell);

        // ="0071" and '0071 are the two ways in which spreadsheets keep digits as text.
        if (text.Length > 2 && text.StartsWith("=\"", StringComparison.Ordinal) && text[^1] == '"')
        {
            text = Trim(text[2..^1]);
        }

        return text.Length > 0 && text[0] == '\'' ? Trim(text[1..]) : text;
    }

    /// <summary>Full-width letters, digits and punctuation made half-width.</summary>
    public static string HalfWidth(string text) => text.AsSpan().IndexOfAnyInRange('\u3000', '\uFFEF') < 0
        ? text
        : string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = source[i] switch
                {
                    >= '\uFF01' and <= '\uFF5E' and var wide => (char)(wide - 0xFEE0),
                    '\u3000' => ' ',
                    var other => other,
                };
            }
        });

    /// <summary>The number was shortened for display (<c>9.14203E+17</c>): its digits are lost.</summary>
    public static bool IsScientific(string text) => Scientific().IsMatch(text);

    private static string Trim(string text)
    {
        var trimmed = text.Trim();
        while (trimmed.Length > 0 && (Array.IndexOf(Invisible, trimmed[0]) >= 0 || Array.IndexOf(Invisible, trimmed[^1]) >= 0))
        {
            trimmed = trimmed.Trim(Invisible).Trim();
        }

        return trimmed;
    }

    [GeneratedRegex(@"^[+-]?\d(\.\d+)?[eE][+-]?\d{1,3}$")]
    private static partial Regex Scientific();
}
