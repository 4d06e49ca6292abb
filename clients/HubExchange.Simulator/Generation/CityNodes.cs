namespace HubExchange.Simulator.Generation;

/// <summary>Nodes beside those of the reporting units. All are in the reference data.</summary>
internal static class CityNodes
{
    public const string Center = "ND-CITY";
    public const string DayeLake = "ND-DYH";
    public const string HighTech = "ND-HSGX";
    public const string Agriculture = "ND-AGR";
    public const string ContractOffice = "ND-TCR01";
    public const string Bank = "ND-BANK01";
    public const string Statistics = "ND-STAT";

    /// <summary>Overlay zones: their organisations are reported by the county, too, and count once.</summary>
    public static IReadOnlyList<(string Node, string Zone, int Percent)> Overlays { get; } =
        [(DayeLake, Zones.DayeLake, 80), (HighTech, Zones.HighTech, 70), (Agriculture, Zones.Agriculture, 90)];

    /// <summary>Every node that pushes, in the order of the result.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Center, .. Unit.All.Select(unit => unit.Node), .. Overlays.Select(overlay => overlay.Node), ContractOffice, Bank, Statistics,
    ];
}
