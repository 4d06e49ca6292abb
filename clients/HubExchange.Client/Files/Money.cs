using HubExchange.Contracts.Entities;

namespace HubExchange.Client.Files;

/// <summary>Units in which spreadsheets state money. The hub keeps whole 分.</summary>
internal static class Money
{
    private static readonly Dictionary<string, decimal> FenPerUnit = new(StringComparer.Ordinal)
    {
        ["分"] = 1m,
        ["元"] = 100m,
        ["千元"] = 100_000m,
        ["万元"] = 1_000_000m,
        ["百万元"] = 100_000_000m,
        ["亿元"] = 10_000_000_000m,
    };

    public static bool IsMoney(EntityField field) => field.Options.Unit == "分";

    public static decimal? FactorOf(string unit) => FenPerUnit.TryGetValue(unit, out var factor) ? factor : null;

    /// <summary>The headings a money field may have, most usual first.</summary>
    public static IEnumerable<string> HeadingsOf(EntityField field) =>
        ((string[])["万元", "元", "亿元", "分"]).Select(unit => $"{field.Label}({unit})").Append(field.Name);
}
