using System.Globalization;

namespace HubExchange.Contracts.Validation.Checks;

/// <summary>Writes numbers into messages.</summary>
internal static class Text
{
    public static string Of(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Of(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary><c>412 &gt; 400</c>.</summary>
    public static string Limit(int actual, int limit) => string.Create(CultureInfo.InvariantCulture, $"{actual} > {limit}");

    /// <summary><c>0 … 100</c>, open ends left out.</summary>
    public static string Range(bool hasMin, long min, bool hasMax, long max) => (hasMin, hasMax) switch
    {
        (true, true) => string.Create(CultureInfo.InvariantCulture, $"{min} … {max}"),
        (true, false) => string.Create(CultureInfo.InvariantCulture, $"≥ {min}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"≤ {max}"),
    };
}
