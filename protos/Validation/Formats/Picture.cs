namespace HubExchange.Contracts.Validation.Formats;

/// <summary>Matches codes of a fixed form: <c>#</c> is a digit, <c>*</c> a digit or capital letter, anything else stands for itself.</summary>
internal static class Picture
{
    public static bool Matches(ReadOnlySpan<char> text, ReadOnlySpan<char> picture)
    {
        if (text.Length != picture.Length)
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var fits = picture[i] switch
            {
                '#' => char.IsAsciiDigit(c),
                '*' => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c),
                var literal => c == literal,
            };
            if (!fits)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The number that digits spell; the caller has matched them.</summary>
    public static int Number(ReadOnlySpan<char> digits)
    {
        var number = 0;
        foreach (var c in digits)
        {
            number = (number * 10) + (c - '0');
        }

        return number;
    }
}
