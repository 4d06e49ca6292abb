using System.Buffers;

namespace HubExchange.Contracts.Validation.Formats;

/// <summary>Unified social credit code 统一社会信用代码, 18 characters (GB 32100-2015 with amendment 1).</summary>
public static class Uscc
{
    /// <summary>Characters of a code.</summary>
    public const int Length = 18;

    /// <summary>The 31 characters of the standard; a character is worth its index. I, O, S, V and Z are left out.</summary>
    public const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    private static ReadOnlySpan<byte> Weights => [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

    /// <summary>Whether the code has the right form and check character. Canonical (upper case, half width) text is expected.</summary>
    public static bool IsValid(ReadOnlySpan<char> code) => HasForm(code) && HasCheckCharacter(code);

    /// <summary>Whether length and character classes are right: <c>[1-9ANY][1-9][0-9]{6}</c> and ten characters of the alphabet.</summary>
    public static bool HasForm(ReadOnlySpan<char> code)
    {
        if (code.Length != Length || code[0] is not (>= '1' and <= '9' or 'A' or 'N' or 'Y') || code[1] is not (>= '1' and <= '9'))
        {
            return false;
        }

        return !code[2..8].ContainsAnyExceptInRange('0', '9') && !code[8..].ContainsAnyExcept(Characters);
    }

    /// <summary>Whether the last character follows from the others. The code must have the right form.</summary>
    public static bool HasCheckCharacter(ReadOnlySpan<char> code) => CheckCharacter(code[..17]) == code[17];

    /// <summary>The check character that belongs to the first 17 characters.</summary>
    /// <exception cref="ArgumentException">There are not 17 characters, or one is not of the alphabet.</exception>
    public static char CheckCharacter(ReadOnlySpan<char> first17)
    {
        if (first17.Length != 17)
        {
            throw new ArgumentException("The body of a USCC has 17 characters.", nameof(first17));
        }

        var sum = 0;
        for (var i = 0; i < 17; i++)
        {
            var value = Alphabet.IndexOf(first17[i], StringComparison.Ordinal);
            if (value < 0)
            {
                throw new ArgumentException($"'{first17[i]}' is not a character of a USCC.", nameof(first17));
            }

            sum += value * Weights[i];
        }

        // 31 wraps to 0.
        return Alphabet[(31 - (sum % 31)) % 31];
    }

    /// <summary>Whether the standard lists the pair of registering department (D1) and kind of organisation (D2). The list grows.</summary>
    public static bool HasKnownRegistrar(ReadOnlySpan<char> code) => code[0] switch
    {
        '1' => code[1] is '1' or '2' or '3' or '9',
        '2' or '4' => code[1] is '1' or '9',
        '3' => code[1] is >= '1' and <= '5' or '9',
        '5' => code[1] is '1' or '2' or '3' or '9',
        '6' or '7' => code[1] is '1' or '2' or '9',
        '8' => code[1] is '1' or '9',
        '9' => code[1] is '1' or '2' or '3',
        'A' => code[1] is '1' or '9',
        'N' => code[1] is '1' or '2' or '3' or '9',
        'Y' => code[1] is '1',
        _ => false,
    };

    /// <summary>Division of the registering office at registration. Says nothing about where the organisation is today.</summary>
    public static ReadOnlySpan<char> Division(ReadOnlySpan<char> code) => code.Slice(2, 6);

    /// <summary>The organisation code (GB 11714) inside the code.</summary>
    public static ReadOnlySpan<char> Body(ReadOnlySpan<char> code) => code.Slice(8, 9);
}
