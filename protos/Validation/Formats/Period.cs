namespace HubExchange.Contracts.Validation.Formats;

/// <summary>Period: <c>2021</c>, <c>2021-H1</c>, <c>2021-Q2</c> or <c>2021-06</c>.</summary>
public static class Period
{
    /// <summary>Whether the text is a period.</summary>
    public static bool IsValid(ReadOnlySpan<char> text) => TryFirstMonth(text, out _);

    /// <summary>Number of the period's first month, counted from year 0, so that periods can be ordered.</summary>
    public static bool TryFirstMonth(ReadOnlySpan<char> text, out int month)
    {
        month = 0;
        if (text.Length < 4 || !CalendarDate.IsYear(text[..4]))
        {
            return false;
        }

        var first = text[4..] switch
        {
            [] => 1,
            ['-', 'H', >= '1' and <= '2' and var half] => ((half - '1') * 6) + 1,
            ['-', 'Q', >= '1' and <= '4' and var quarter] => ((quarter - '1') * 3) + 1,
            ['-', '0', >= '1' and <= '9' and var digit] => digit - '0',
            ['-', '1', >= '0' and <= '2' and var digit] => 10 + digit - '0',
            _ => 0,
        };
        month = (Picture.Number(text[..4]) * 12) + first;
        return first > 0;
    }
}
