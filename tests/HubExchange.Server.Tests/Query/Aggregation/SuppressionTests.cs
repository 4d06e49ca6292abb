using System.Globalization;
using HubExchange.Client;
using HubExchange.Region.V1;
using HubExchange.Server.Query.Aggregation;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Query.Aggregation;

/// <summary>Statistical returns: aggregates for everybody, with no way back to a single respondent (统计法 art. 28).</summary>
public sealed class SuppressionTests(SuppressionTests.Data data, SharedCluster cluster) : IClassFixture<SuppressionTests.Data>
{
    private const string Type = "region.zone_statistic";

    /// <summary>A hub with statistics of nine zones: five reported for one period, three for another, one for a third.</summary>
    public sealed class Data(SharedCluster cluster) : IAsyncLifetime
    {
        public TestHub Hub { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Hub = await TestHub.StartAsync(cluster.Cluster);
            var node = await Hub.NodeAsync(TestHub.Zone, NodeKind.Zone);
            var response = await node.PushAsync(TestHub.Zone, Enumerable.Range(1, 9).Select(number => new ZoneStatistic
            {
                ZoneId = string.Create(CultureInfo.InvariantCulture, $"420281-Z{number:D3}"),
                Period = number switch { <= 5 => "2021", <= 8 => "2022", _ => "2023" },
                StatCode = "营业收入",
                Value = string.Create(CultureInfo.InvariantCulture, $"{number}.5"),
                Unit = "万元",
                Respondents = 5,
                Revision = number == 1 ? StatisticRevision.Flash : StatisticRevision.Final,
                Frame = number <= 4 ? StatisticFrame.Zone : StatisticFrame.City,
            }));
            Assert.Empty(response.Rejected);
        }

        public ValueTask DisposeAsync() => Hub.DisposeAsync();
    }

    [Fact]
    public async Task SmallCell_IsWithheld_AndAnotherOneSoThatTheTotalDoesNotTell()
    {
        var response = await (await data.Hub.NodeAsync("ND-420222")).AggregateAsync(Request("period"));

        Assert.Equal([("2021", false), ("2022", true), ("2023", true)], response.Rows.Select(row => (row.Groups[0].Value, row.Suppressed)));
        Assert.Equal((false, "49.5"), (response.Total.Suppressed, response.Total.Values[0].Value));
        Assert.Equal("17.5", response.Rows[0].Values[0].Value);
        Assert.All(response.Rows.Skip(1), row => Assert.Equal("", string.Concat(row.Values.Select(value => value.Value))));
        Assert.All(response.Rows.Append(response.Total), row => Assert.Empty(row.Drill));
    }

    [Fact]
    public async Task Bureau_SeesEverythingAndTheRecords()
    {
        var bureau = await data.Hub.PersonAsync("bureau");

        var response = await bureau.AggregateAsync(Request("period"));

        Assert.Equal(["17.5", "22.5", "9.5"], response.Rows.Select(row => row.Values[0].Value));
        Assert.Equal(9, await bureau.ListCellAsync(response.Total.Drill).CountAsync());
        var error = await Assert.ThrowsAsync<HubException>(
            async () => await (await data.Hub.NodeAsync("ND-420222")).ListCellAsync(response.Total.Drill).ToListAsync());
        Assert.Equal(ErrorReason.StatisticalRecords, error.Reason);
    }

    [Theory]
    [InlineData("zone_id = \"420281-Z001\"")]
    [InlineData("zone_id != \"420281-Z001\"")]
    [InlineData("revision = FINAL")]
    [InlineData("period != \"2023\"")]
    public async Task FilterThatSinglesOut_OrLeavesOutTooFew_GetsNothing(string filter)
    {
        var response = await (await data.Hub.NodeAsync("ND-420222")).AggregateAsync(
            new AggregateRecordsRequest(Request("frame")) { Filter = filter });

        Assert.All(response.Rows.Append(response.Total), row => Assert.True(row.Suppressed));
    }

    [Fact]
    public async Task ExtremesHavingAndOrder_AreRefused()
    {
        var other = await data.Hub.NodeAsync("ND-420222");
        AggregateRecordsRequest[] requests =
        [
            new(Request("period")) { Measures = { new Measure { Function = MeasureFunction.Max, Field = "value" } } },
            new(Request("period")) { Having = "sum_value > 1" },
            new(Request("period")) { OrderBy = "sum_value" },
        ];
        foreach (var request in requests)
        {
            Assert.Equal(
                ErrorReason.RequestInvalid, (await Assert.ThrowsAsync<HubException>(() => other.AggregateAsync(request))).Reason);
        }
    }

    [Fact]
    public void NoWithheldCell_FollowsFromASumAndTheCellsBesideIt()
    {
        var random = new Random(28);
        for (var number = 0; number < 1_000; number++)
        {
            var (width, height) = (random.Next(1, 6), random.Next(1, 6));
            var cells = (from x in Enumerable.Range(0, width)
                         from y in Enumerable.Range(0, height)
                         where random.Next(5) > 0
                         select (Groups: (IReadOnlyList<string?>)[$"{x}", y == 0 ? null : $"{y}"], Behind: Someone(random))).ToList();

            var withheld = SmallCells.Find(cells, Limits);

            for (var i = 0; i < cells.Count; i++)
            {
                Assert.True(withheld[i] || (cells[i].Behind.Count >= 3 && cells[i].Behind.Largest[0] <= 0.85 * cells[i].Behind.All[0]));
            }

            // Whoever knows the sum of a line and its shown cells learns of what is withheld in it as a whole: of three or more, none of
            // whom makes up nearly all of it, or of nothing shown.
            foreach (var line in cells.Select((cell, i) => (cell.Groups, cell.Behind, Withheld: withheld[i]))
                .SelectMany(cell => new[] { (Line: $"x{cell.Groups[0]}", cell), (Line: $"y{cell.Groups[1]}", cell) })
                .GroupBy(pair => pair.Line, pair => pair.cell))
            {
                var hidden = line.Where(cell => cell.Withheld).ToList();
                Assert.True(
                    hidden.Count == 0 || hidden.Count == line.Count() ||
                    (hidden.Exists(cell => cell.Behind.Count >= 3) &&
                        hidden.Sum(cell => cell.Behind.Largest[0]) <= 0.85 * hidden.Sum(cell => cell.Behind.All[0])));
            }
        }
    }

    [Fact]
    public async Task CellThatOneMakesUpNearly_IsWithheld_ButNotItsCount()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        var node = await hub.NodeAsync(TestHub.Zone, NodeKind.Zone);
        var response = await node.PushAsync(TestHub.Zone, Enumerable.Range(1, 9).Select(number => new ZoneStatistic
        {
            ZoneId = string.Create(CultureInfo.InvariantCulture, $"420281-Z{number:D3}"),
            Period = number <= 3 ? "2021" : number <= 6 ? "2022" : "2023",
            StatCode = "营业收入",
            Value = number == 1 ? "86" : number <= 3 ? "7" : "10",
            Unit = "万元",
            Respondents = 5,
            Revision = StatisticRevision.Final,
            Frame = StatisticFrame.Zone,
        }));
        Assert.Empty(response.Rejected);
        var other = await hub.NodeAsync("ND-420222");

        // 86 of 100 is too much; together with 30 of three others it is not.
        var sums = await other.AggregateAsync(Request("period"));
        var counts = await other.AggregateAsync(new AggregateRecordsRequest { Type = Type, Groups = { "period" } });
        var left = await other.AggregateAsync(new AggregateRecordsRequest(Request("frame")) { Filter = "period != \"2021\"" });

        Assert.Equal([true, true, false], sums.Rows.Select(row => row.Suppressed));
        Assert.Equal((false, "160"), (sums.Total.Suppressed, sums.Total.Values[0].Value));
        Assert.All(counts.Rows.Append(counts.Total), row => Assert.False(row.Suppressed));
        Assert.All(left.Rows.Append(left.Total), row => Assert.True(row.Suppressed));
    }

    private static readonly CellLimits Limits = new(3, 0.85);

    private static Contributions Someone(Random random)
    {
        var shares = Enumerable.Range(0, random.Next(1, 9)).Select(_ => Math.Pow(random.NextDouble(), 8) * 100).ToList();
        return new Contributions(shares.Count, [shares.Max()], [shares.Sum()]);
    }

    private static AggregateRecordsRequest Request(string group) => new()
    {
        Type = Type,
        Groups = { group },
        Measures = { new Measure { Function = MeasureFunction.Sum, Field = "value" }, new Measure { Function = MeasureFunction.Count } },
    };
}
