using System.Text;
using HubExchange.Contracts.Entities;

namespace HubExchange.Contracts.Hashing;

/// <summary>The one form in which text is hashed, stored and compared.</summary>
public static class CanonicalText
{
    static CanonicalText()
    {
        // In invariant globalization mode .NET returns text unnormalised without a word; hashes would silently differ.
        if ("e\u0301".Normalize(NormalizationForm.FormC).Length != 1)
        {
            throw new PlatformNotSupportedException(
                "Unicode normalisation is not available: install ICU (Debian: libicu72) and leave invariant globalization off.");
        }
    }

    /// <summary>Unicode NFC.</summary>
    /// <exception cref="ArgumentException">The text has an unpaired surrogate.</exception>
    public static string Of(string text)
    {
        foreach (var c in text)
        {
            if (!IsPlain(c))
            {
                return text.Normalize(NormalizationForm.FormC);
            }
        }

        return text;
    }

    /// <summary>A text of a field: a code, or Unicode NFC.</summary>
    /// <exception cref="ArgumentException">The text has an unpaired surrogate.</exception>
    public static string Of(EntityField field, string text) => field.IsCode ? OfCode(text) : Of(text);

    /// <summary>A code of a standard: NFC, full-width forms U+FF01..U+FF5E made half-width, spaces around it removed, a-z made A-Z.</summary>
    public static string OfCode(string text)
    {
        var needsWork = false;
        foreach (var c in text)
        {
            needsWork |= c is >= 'a' and <= 'z' or ' ' or > '~';
        }

        return needsWork
            ? string.Create(text.Length, text, static (span, source) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    var c = source[i] switch
                    {
                        >= '\uFF01' and <= '\uFF5E' and var wide => (char)(wide - 0xFEE0),
                        '\u3000' => ' ',
                        var other => other,
                    };
                    span[i] = c is >= 'a' and <= 'z' ? (char)(c - 32) : c;
                }
            }).Trim(' ').Normalize(NormalizationForm.FormC)
            : text;
    }

    // Nearly everything that records hold: Latin, Chinese, its punctuation and full-width forms. NFC leaves each of these characters as
    // it is and joins none of them with another, so that the library need not be asked, which takes longer than all the rest.
    private static bool IsPlain(char c) => c is
        < '\u0300' or (>= '\u2010' and <= '\u2027') or (>= '\u3000' and <= '\u3029') or (>= '\u4E00' and <= '\u9FFF') or
        (>= '\uFF01' and <= '\uFF5E');
}
