namespace HubExchange.Contracts.Validation.Formats;

/// <summary>Calendar date <c>YYYY-MM-DD</c> (GB/T 7408), years 1900 to 2100.</summary>
public static class CalendarDate
{
    /// <summary>First year that is taken for a real one.</summary>
    public const int FirstYear = 1900;

    /// <summary>Last year that is taken for a real one.</summary>
    public const int LastYear = 2100;

    /// <summary>Whether the text is a date that exists in the calendar.</summary>
    public static bool IsValid(ReadOnlySpan<char> text) => TryParse(text, out _);

    /// <summary>Reads a date; false when the form is wrong, the day does not exist or the year is out of range.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DateOnly date)
    {
        date = default;
        if (!Picture.Matches(text, "####-##-##"))
        {
            return false;
        }

        var year = Picture.Number(text[..4]);
        var month = Picture.Number(text.Slice(5, 2));
        var day = Picture.Number(text.Slice(8, 2));
        if (year is < FirstYear or > LastYear || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        date = new DateOnly(year, month, day);
        return true;
    }

    /// <summary>Whether four digits spell a year in range.</summary>
    public static bool IsYear(ReadOnlySpan<char> text) =>
        Picture.Matches(text, "####") && Picture.Number(text) is >= FirstYear and <= LastYear;
}
