using System.Text;

namespace HubExchange.Contracts.Validation.Formats;

/// <summary>Identifier chosen by the source: 1-64 letters of any script, digits and <c>-_./:</c>.</summary>
public static class Identifier
{
    /// <summary>Longest identifier in UTF-16 code units.</summary>
    public const int MaxLength = 64;

    /// <summary>Whether length and characters are right.</summary>
    public static bool HasForm(ReadOnlySpan<char> id)
    {
        if (id.Length is 0 or > MaxLength)
        {
            return false;
        }

        foreach (var rune in id.EnumerateRunes())
        {
            var fits = rune.IsAscii
                ? Rune.IsLetterOrDigit(rune) || rune.Value is '-' or '_' or '.' or '/' or ':'
                : Rune.IsLetter(rune);
            if (!fits)
            {
                return false;
            }
        }

        return true;
    }
}
