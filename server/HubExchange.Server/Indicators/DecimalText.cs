using System.Globalization;

namespace HubExchange.Server.Indicators;

/// <summary>Decimals as contracts write them: the shortest form, no exponent.</summary>
internal static class DecimalText
{
    public static decimal? Read(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;

    public static string Of(decimal? value) => value?.ToString("0.##########", CultureInfo.InvariantCulture) ?? "";
}
