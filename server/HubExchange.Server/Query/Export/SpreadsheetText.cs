using System.Text.RegularExpressions;

namespace HubExchange.Server.Query.Export;

/// <summary>Texts that a spreadsheet program would take for something else.</summary>
internal static partial class SpreadsheetText
{
    // Half-width and full-width; some programs convert the latter while typing or importing.
    private const string FormulaStarts = "=+-@\uFF1D\uFF0B\uFF0D\uFF20";

    /// <summary>
    /// A program may run the text as a formula: it begins with one of <c>= + - @</c>, half-width or full-width, also after white space and
    /// invisible characters, or with a tab or line break, or with an apostrophe, which programs take away.
    /// </summary>
    public static bool IsFormula(string text)
    {
        if (text.Length == 0)
        {
            return false;
        }

        if (text[0] is '\t' or '\r' or '\n' or '\'')
        {
            return true;
        }

        foreach (var character in text)
        {
            if (!char.IsWhiteSpace(character) && !char.IsControl(character) && char.GetUnicodeCategory(character) != System.Globalization.UnicodeCategory.Format)
            {
                return FormulaStarts.Contains(character, StringComparison.Ordinal);
            }
        }

        return false;
    }

    /// <summary>A program would show the text as a number or a date and lose characters of it: long digits, leading zeros, <c>2021-06</c>, <c>12E3</c>.</summary>
    public static bool IsChanged(string text) => text.Length > 1 && char.IsAsciiDigit(text[0]) && Changed().IsMatch(text);

    [GeneratedRegex(@"^(?:0[0-9]+|[0-9]{12,}|[0-9]{1,4}[-/][0-9]{1,2}(?:[-/][0-9]{1,4})?|[0-9]+[eE][0-9]+)\z")]
    private static partial Regex Changed();
}
