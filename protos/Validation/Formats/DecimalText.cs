using System.Globalization;

namespace HubExchange.Contracts.Validation.Formats;

/// <summary>Exact decimal in its shortest form, e.g. <c>12.5</c> or <c>-0.03</c>, at most 28 digits.</summary>
public static class DecimalText
{
    /// <summary>Most digits before and after the point together.</summary>
    public const int MaxDigits = 28;

    /// <summary>Whether the text is a decimal in its only accepted form: one number has one text, so hashes agree.</summary>
    public static bool IsCanonical(ReadOnlySpan<char> text)
    {
        var digits = text is ['-', ..] ? text[1..] : text;
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? [] : digits[(point + 1)..];

        if (whole.Length == 0 || whole.ContainsAnyExceptInRange('0', '9') || (whole.Length > 1 && whole[0] == '0'))
        {
            return false;
        }

        if (point >= 0 && (fraction.Length == 0 || fraction.ContainsAnyExceptInRange('0', '9') || fraction[^1] == '0'))
        {
            return false;
        }

        return whole.Length + fraction.Length <= MaxDigits && text is not "-0";
    }

    /// <summary>Reads a decimal in canonical form.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out decimal value)
    {
        value = 0;
        return IsCanonical(text) &&
            decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
    }
}
