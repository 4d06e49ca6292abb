using System.Buffers;
using System.Text.RegularExpressions;
using HubExchange.Contracts.Entities;

namespace HubExchange.Contracts.Validation.Checks;

/// <summary>Length, characters, pattern and format of texts.</summary>
internal static class TextChecks
{
    private const int DefaultMaxLength = 400;

    private static readonly SearchValues<char> Broken = SearchValues.Create(BrokenCharacters());

    /// <summary>Everything the contract says about a text field.</summary>
    public static TextCheck Of(EntityField field)
    {
        var limit = field.Options.MaxLength > 0 ? field.Options.MaxLength : DefaultMaxLength;
        var pattern = PatternOf(field);
        var format = FormatChecks.Of(field);
        return (text, field, index, found) =>
        {
            if (text.Length > limit)
            {
                // Nothing else is worth saying, and nothing else should cost time.
                found.Add(BuiltInRules.TextLength, field, text, Text.Limit(text.Length, limit), index);
                return;
            }

            CheckCharacters(text, field, index, found);
            if (pattern is not null && !pattern.IsMatch(text))
            {
                found.Add(BuiltInRules.TextPattern, field, text, field.Options.Pattern, index);
            }

            format?.Invoke(text, field, index, found);
        };
    }

    /// <summary>Length and characters only, for the texts of maps.</summary>
    public static TextCheck Plain(EntityField field)
    {
        var limit = field.Options.MaxLength > 0 ? field.Options.MaxLength : DefaultMaxLength;
        return (text, field, index, found) =>
        {
            if (text.Length > limit)
            {
                found.Add(BuiltInRules.TextLength, field, text, Text.Limit(text.Length, limit), index);
                return;
            }

            CheckCharacters(text, field, index, found);
        };
    }

    private static void CheckCharacters(string text, EntityField field, int index, Findings found)
    {
        var at = text.AsSpan().IndexOfAny(Broken);
        if (at < 0)
        {
            at = LoneSurrogate(text);
        }

        if (at >= 0)
        {
            found.Add(BuiltInRules.TextCharacters, field, text, Text.Of(at + 1), index);
        }
    }

    private static int LoneSurrogate(string text)
    {
        var at = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        while (at >= 0 && at < text.Length)
        {
            if (!char.IsSurrogate(text[at]))
            {
                at++;
            }
            else if (at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]))
            {
                at += 2;
            }
            else
            {
                return at;
            }
        }

        return -1;
    }

    // Not backtracking: a record's text can never make it slow.
    private static Regex? PatternOf(EntityField field) => field.Options.Pattern is { Length: > 0 } pattern
        ? new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)
        : null;

    private static string BrokenCharacters()
    {
        var characters = new List<char> { '\uFFFD' };
        for (var c = '\0'; c < ' '; c++)
        {
            if (c is not ('\n' or '\t'))
            {
                characters.Add(c);
            }
        }

        return new string([.. characters]);
    }
}
