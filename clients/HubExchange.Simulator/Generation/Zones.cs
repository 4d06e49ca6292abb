namespace HubExchange.Simulator.Generation;

/// <summary>Zones and parks of the reference data, and where organisations of a unit stand in them.</summary>
internal static class Zones
{
    public const string DayeLake = "420281-Z001";
    public const string HighTech = "420205-Z002";
    public const string Agriculture = "420222-Z003";
    public const string Xisaishan = "420203-Z004";
    public const string Changleshan = "420204-Z005";
    public const string Yangxin = "420222-Z006";
    public const string Development = "420205-Z007";
    public const string Xingang = "420222-Z008";
    public const string Airport = "420281-Z009";
    public const string AirportPark = "420281-P001";
    public const string DemonstrationPark = "420281-P002";
    public const string CihuPark = "420202-P003";
    public const string ScienceCity = "420205-P004";
    public const string WuhanPark = "420100-P005";
    public const string ShanghaiPark = "310117-P006";
    public const string ShenzhenPark = "440300-P007";

    /// <summary>Parks under construction or in use, with the node that reports on them.</summary>
    public static IReadOnlyList<(string Zone, string Node)> Parks { get; } =
    [
        (AirportPark, Unit.Daye.Node), (DemonstrationPark, CityNodes.DayeLake), (CihuPark, Unit.Huangshigang.Node),
        (ScienceCity, Unit.Tieshan.Node), (WuhanPark, CityNodes.Center), (ShanghaiPark, CityNodes.Center), (ShenzhenPark, CityNodes.Center),
    ];

    /// <summary>Zones with statistics of their own.</summary>
    public static IReadOnlyList<string> WithStatistics { get; } =
        [DayeLake, HighTech, Agriculture, Xisaishan, Changleshan, Yangxin, Development, Xingang, Airport];

    /// <summary>A division and the zones there. An organisation may stand in a zone, its parent and a park at once.</summary>
    public static (string Division, string[] Zones) Place(Unit unit, Prng random)
    {
        var draw = random.Below(100);
        return unit.Id switch
        {
            "420281" => draw switch
            {
                < 12 => ("420281", [DayeLake, DemonstrationPark]),
                < 36 => ("420281", [DayeLake]),
                < 40 => ("420281104", [Airport, AirportPark]),
                < 50 => ("420281104", [Airport]),
                _ => ("420281", []),
            },
            "420205" => draw switch
            {
                < 10 => ("420205", [Development, HighTech, ScienceCity]),
                < 45 => (random.Pick(unit.Divisions), [Development, HighTech]),
                < 70 => (random.Pick(unit.Divisions), [Development]),
                _ => (random.Pick(unit.Divisions), []),
            },
            "420222" => draw switch
            {
                < 30 => ("420222", [Yangxin]),
                < 38 => ("420222451", [Agriculture]),
                _ => ("420222", []),
            },
            "420203" => draw < 40 ? ("420203402", [Xisaishan, HighTech]) : ("420203", []),
            "420204" => draw < 40 ? ("420204401", [Changleshan, HighTech]) : ("420204", []),
            "420202" => draw < 20 ? ("420202", [CihuPark]) : ("420202", []),
            _ => draw < 60 ? (random.Pick(unit.Divisions), [Xingang, HighTech]) : (random.Pick(unit.Divisions), [Xingang]),
        };
    }
}
