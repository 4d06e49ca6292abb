using System.Globalization;

namespace HubExchange.Simulator.Generation;

/// <summary>How values are written into records.</summary>
internal static class Text
{
    public static string Of(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Shortest form, at most four digits after the point.</summary>
    public static string Of(decimal value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>A month as a period, e.g. <c>2021-06</c>.</summary>
    public static string Month(int year, int month) => string.Create(CultureInfo.InvariantCulture, $"{year:D4}-{month:D2}");

    /// <summary>Text with culture-free numbers.</summary>
    public static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
