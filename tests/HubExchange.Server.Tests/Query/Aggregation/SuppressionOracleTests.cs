using System.Globalization;
using HubExchange.Client;
using HubExchange.Region.V1;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Query.Aggregation;

/// <summary>Random statistical returns and random questions: what an answer leaves open is never about too few respondents.</summary>
public sealed class SuppressionOracleTests(SharedCluster cluster)
{
    private const string Type = "region.zone_statistic";
    private const int Fewest = 3;
    private const decimal Most = 0.85m;

    private static readonly string[] Groups = ["period", "stat_code", "frame", "revision"];

    private static readonly string[] Summed = ["value", "respondents"];
    private static readonly string[] Periods = ["2020", "2021", "2022"];
    private static readonly string[] Codes = ["营业收入", "从业人员", "净利润"];

    private static readonly (string Text, Func<ZoneStatistic, bool> Holds)[] Conditions =
    [
        ("period != \"2021\"", statistic => statistic.Period != "2021"),
        ("period IN (\"2021\", \"2022\")", statistic => statistic.Period is "2021" or "2022"),
        ("stat_code = \"营业收入\"", statistic => statistic.StatCode == "营业收入"),
        ("frame = ZONE", statistic => statistic.Frame == StatisticFrame.Zone),
        ("NOT revision = FLASH", statistic => statistic.Revision != StatisticRevision.Flash),
    ];

    private readonly Random _random = new(428);

    [Fact]
    public async Task NoAnswer_TellsOfTooFew()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        var all = Enumerable.Range(1, 24).SelectMany(StatisticsOf).ToList();
        Assert.Empty((await (await hub.NodeAsync(TestHub.Zone, NodeKind.Zone)).PushAsync(TestHub.Zone, all)).Rejected);
        var other = await hub.NodeAsync("ND-420222");

        var (shown, open) = (0, 0);
        for (var number = 0; number < 150; number++)
        {
            string[] groups = [.. Groups.OrderBy(_ => _random.Next()).Take(_random.Next(1, 3))];
            var conditions = Conditions.OrderBy(_ => _random.Next()).Take(_random.Next(0, 3)).ToList();
            var sums = Summed.Where(_ => _random.Next(2) == 0).ToList();
            var answer = await other.AggregateAsync(new AggregateRecordsRequest
            {
                Type = Type,
                Groups = { groups },
                Filter = string.Join(" AND ", conditions.Select(condition => condition.Text)),
                Measures =
                {
                    sums.Select(field => new Measure { Function = MeasureFunction.Sum, Field = field })
                        .Append(new Measure { Function = MeasureFunction.Count }),
                },
                PageSize = 1_000,
            });

            var about = $"{string.Join(", ", groups)} | {string.Join(" AND ", conditions.Select(condition => condition.Text))} | {string.Join(", ", sums)}";
            shown += Check(answer, all, groups, conditions.ConvertAll(condition => condition.Holds), sums, about);
            open += answer.Total.Suppressed ? 0 : 1;
        }

        Assert.True(shown > 50 && open is > 20 and < 150, $"{shown} cells shown, {open} totals");
    }

    private static int Check(
        AggregateRecordsResponse answer,
        List<ZoneStatistic> all,
        string[] groups,
        List<Func<ZoneStatistic, bool>> conditions,
        List<string> sums,
        string about)
    {
        var matching = all.FindAll(statistic => conditions.TrueForAll(holds => holds(statistic)));
        if (answer.Total.Suppressed)
        {
            Assert.Empty(answer.Rows);
            return 0;
        }

        AssertEnough(matching, "total");
        AssertEnough([.. all.Except(matching)], "what the filter leaves out");
        foreach (var without in conditions)
        {
            AssertEnough(
                all.FindAll(statistic => !without(statistic) && conditions.TrueForAll(holds => holds == without || holds(statistic))), "what a condition leaves out");
        }

        var cells = matching.GroupBy(statistic => string.Join('|', groups.Select(group => ValueOf(statistic, group))), StringComparer.Ordinal)
            .ToDictionary(cell => cell.Key, cell => cell.ToList());
        var shown = answer.Rows.Where(row => !row.Suppressed).ToDictionary(row => string.Join('|', row.Groups.Select(group => group.Value)));
        foreach (var (key, row) in shown)
        {
            Assert.Equal($"{cells[key].Count}", row.Values[^1].Value);
            AssertEnough(cells[key], key);
        }

        if (shown.Count > 0)
        {
            AssertEnough(RestOf(cells), "the total less what is shown");
        }

        // Whoever knows the sum of a line from elsewhere learns no more, unless nothing of the line is shown.
        for (var fixedGroup = 0; groups.Length == 2 && fixedGroup < 2; fixedGroup++)
        {
            foreach (var line in cells.GroupBy(cell => cell.Key.Split('|')[fixedGroup]).Where(line => line.Any(cell => shown.ContainsKey(cell.Key))))
            {
                AssertEnough(RestOf(line), $"the line {line.Key} less what is shown");
            }
        }

        return shown.Count;

        List<ZoneStatistic> RestOf(IEnumerable<KeyValuePair<string, List<ZoneStatistic>>> some) =>
            [.. some.Where(cell => !shown.ContainsKey(cell.Key)).SelectMany(cell => cell.Value)];

        void AssertEnough(List<ZoneStatistic> statistics, string what)
        {
            var respondents = statistics.GroupBy(statistic => statistic.ZoneId).ToList();
            Assert.True(respondents.Count is 0 or >= Fewest, $"{what} has {respondents.Count} respondents: {about}");
            foreach (var field in sums.Where(_ => respondents.Count > 0))
            {
                var shares = respondents.ConvertAll(each => each.Sum(statistic => field == "value" ? Number(statistic.Value) : statistic.Respondents));
                Assert.True(shares.Max() <= Most * shares.Sum(), $"{what} is mostly of one: {about}");
            }
        }
    }

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private static string ValueOf(ZoneStatistic statistic, string group) => group switch
    {
        "period" => statistic.Period,
        "stat_code" => statistic.StatCode,
        "frame" => statistic.Frame.ToString().ToUpperInvariant(),
        "revision" => statistic.Revision.ToString().ToUpperInvariant(),
        _ => throw new ArgumentOutOfRangeException(nameof(group), group, null),
    };

    private IEnumerable<ZoneStatistic> StatisticsOf(int number)
    {
        var zone = string.Create(CultureInfo.InvariantCulture, $"420281-Z{number:D3}");
        var frame = number % 7 == 0 ? StatisticFrame.City : StatisticFrame.Zone;
        foreach (var period in Periods)
        {
            foreach (var code in Codes.Where(code => _random.Next(code == "净利润" ? 8 : 2) == 0))
            {
                yield return new ZoneStatistic
                {
                    ZoneId = zone,
                    Period = period,
                    StatCode = code,
                    Value = Math.Ceiling(Math.Pow(_random.NextDouble(), 12) * 100_000).ToString(CultureInfo.InvariantCulture),
                    Unit = "万元",
                    Respondents = _random.Next(3, 9),
                    Revision = (StatisticRevision)_random.Next(1, 4),
                    Frame = frame,
                };
            }
        }
    }
}
