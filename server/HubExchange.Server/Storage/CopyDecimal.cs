using System.Globalization;

namespace HubExchange.Server.Storage;

/// <summary>A decimal number as PostgreSQL takes it apart: digits to the base of ten thousand.</summary>
/// <param name="Digits">The digits, without zeros at either end.</param>
/// <param name="Weight">Power of ten thousand of the first digit.</param>
/// <param name="Sign">0, or 0x4000 for a negative number.</param>
/// <param name="Scale">Decimal digits behind the point.</param>
internal readonly record struct CopyDecimal(IReadOnlyList<short> Digits, short Weight, short Sign, short Scale)
{
    private const short Negative = 0x4000;
    private const int DigitLength = 4;

    // More than any contract allows, and far less than the database can hold.
    private const int MaxLength = 1000;

    /// <summary>Reads a sign, digits and a point.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static CopyDecimal Parse(string text)
    {
        var isNegative = text.StartsWith('-');
        var number = text.AsSpan(isNegative || text.StartsWith('+') ? 1 : 0);
        var point = number.IndexOf('.');
        var whole = point < 0 ? number : number[..point];
        var part = point < 0 ? [] : number[(point + 1)..];
        if (whole.Length + part.Length is 0 or > MaxLength || whole.ContainsAnyExceptInRange('0', '9') || part.ContainsAnyExceptInRange('0', '9'))
        {
            throw new FormatException("Not a plain decimal number.");
        }

        // Filled up on both sides, so that the point falls between two digits.
        var before = (DigitLength - (whole.Length % DigitLength)) % DigitLength;
        var after = (DigitLength - (part.Length % DigitLength)) % DigitLength;
        var all = string.Concat(new string('0', before), whole, part) + new string('0', after);
        var digits = new List<short>(all.Length / DigitLength);
        for (var i = 0; i < all.Length; i += DigitLength)
        {
            digits.Add(short.Parse(all.AsSpan(i, DigitLength), CultureInfo.InvariantCulture));
        }

        var leading = digits.FindIndex(digit => digit != 0);
        if (leading < 0)
        {
            return new CopyDecimal([], 0, 0, (short)part.Length);
        }

        var weight = ((whole.Length + before) / DigitLength) - 1 - leading;
        var last = digits.FindLastIndex(digit => digit != 0);
        return new CopyDecimal(digits[leading..(last + 1)], (short)weight, isNegative ? Negative : (short)0, (short)part.Length);
    }
}
