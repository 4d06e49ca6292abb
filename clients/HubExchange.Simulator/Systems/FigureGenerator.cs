using HubExchange.Mechanism.V1;
using HubExchange.Simulator.Generation;

namespace HubExchange.Simulator.Systems;

/// <summary>
/// Figures: monthly observations of the units, added up from their records, those of the city, and macro statistics. Runs last, when
/// everything is counted.
/// </summary>
internal sealed class FigureGenerator(CityDraft city)
{
    /// <summary>Reporting unit of the city's own figures.</summary>
    public const string CityUnit = "420200";

    private static readonly (string Indicator, string Unit)[] Monthly =
    [
        ("HS21-H07", "家"), ("HS21-H08", "家"), ("HS21-H09", "亿元"), ("HS21-208", "家"), ("HS21-210", "家"), ("HS21-211", "家"),
        ("HS21-301", "家"), ("HS21-302", "家"), ("HS21-305", "家"), ("HS21-308", "家"), ("HS21-404", "项"), ("HS21-405", "项"),
        ("HS21-406", "项"), ("HS21-407", "项"), ("HS21-409", "项"), ("HS21-410", "个"), ("HS21-411", "个"), ("HS21-501", "名"),
        ("HS21-502", "人"),
    ];

    private static readonly (string Indicator, decimal Target)[] Shared = [("HS21-H07", 450), ("HS21-H08", 300), ("HS21-302", 300), ("HS21-308", 70)];

    private static readonly (string Code, string Name, decimal City, decimal Province, decimal Growth)[] Macro =
    [
        ("GDP", "地区生产总值", 1_865.7m, 50_012.9m, 12.9m), ("HTVA", "高新技术产业增加值", 430.2m, 10_196.6m, 15.1m),
        ("RD", "R&D经费内部支出", 37.6m, 1_160.2m, 14.2m), ("M_REVENUE", "规上M门类营业收入", 21.8m, 2_410.5m, 18.3m),
        ("M_PAYROLL", "规上M门类应付职工薪酬", 4.1m, 388.4m, 13.7m), ("INDUSTRY_VA", "规上工业增加值", 620.4m, 14_900.1m, 14.8m),
    ];

    private readonly Prng _random = city.Random("figure");

    public void Generate()
    {
        foreach (var (indicator, unitName) in Monthly)
        {
            for (var month = 1; month <= 12; month++)
            {
                var total = 0m;
                foreach (var unit in Unit.All)
                {
                    var value = Math.Round(city.Tally.UpTo(indicator, unit, month), 4, MidpointRounding.AwayFromZero);
                    total += value;
                    city.Add(unit.Node, Observation(indicator, unit.Id, month, value, unitName, $"{unit.Name}科技部门月报"));
                }

                city.Add(CityNodes.Center, Observation(indicator, CityUnit, month, total, unitName, "黄石市科学技术局汇总"));
            }
        }

        AddShares();
        AddMacro();
    }

    // The city gives each unit an even part of what adds up over the units.
    private void AddShares()
    {
        foreach (var (indicator, target) in Shared)
        {
            foreach (var unit in Unit.All)
            {
                city.Add(CityNodes.Center, new IndicatorShare
                {
                    IndicatorId = indicator,
                    PlaceId = unit.Id,
                    TargetValue = Text.Of(Math.Ceiling(target / Unit.All.Count)),
                });
            }
        }
    }

    private IndicatorObservation Observation(string indicator, string unit, int month, decimal value, string unitName, string source) => new()
    {
        IndicatorId = indicator,
        ReportingUnit = unit,
        Period = Text.Month(city.Year, month),
        RevisionNo = 1,
        Caliber = "当年累计",
        Value = Text.Of(value),
        Unit = unitName,
        Revision = StatRevision.Flash,
        Source = source,
        PublishedOn = Text.Of(new DateOnly(city.Year, month, 1).AddMonths(1).AddDays(14)),
    };

    private void AddMacro()
    {
        foreach (var (code, name, ofCity, ofProvince, growth) in Macro)
        {
            for (var quarter = 1; quarter <= 4; quarter++)
            {
                AddMacro(code, name, "420200", ofCity, growth, quarter);
                AddMacro(code, name, "420000", ofProvince, growth - 0.6m, quarter);
            }
        }
    }

    private void AddMacro(string code, string name, string division, decimal ofYear, decimal growth, int quarter) =>
        city.Add(CityNodes.Statistics, new MacroStat
        {
            StatCode = code,
            Division = division,
            Period = quarter == 4 ? Text.Invariant($"{city.Year}") : Text.Invariant($"{city.Year}-Q{quarter}"),
            Revision = quarter == 4 ? StatRevision.Preliminary : StatRevision.Flash,
            Name = name,
            Unit = "亿元",
            Value = Text.Of(ofYear * quarter / 4),
            Growth = Text.Of(growth + (_random.Between(-15, 15) / 10m)),
            Caliber = "累计值,按当年价格",
            Publisher = division == "420200" ? "黄石市统计局" : "湖北省统计局",
            PublishedOn = Text.Of(new DateOnly(city.Year, quarter * 3, 1).AddMonths(1).AddDays(19)),
        });
}
