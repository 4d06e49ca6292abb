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
    [InlineData("revision = FINAL")]
    [InlineData("period != \"2023\"")]
    [InlineData("period = \"2023\" AND frame = CITY")]
    [InlineData("period = \"2023\" AND frame = ZONE")]
    public async Task FilterThatSinglesOut_OrLeavesOutTooFew_GetsNothing(string filter)
    {
        var response = await (await data.Hub.NodeAsync("ND-420222")).AggregateAsync(
            new AggregateRecordsRequest(Request("stat_code")) { Filter = filter });

        // Not even whether there is such a record.
        Assert.Equal((true, 0L), (response.Total.Suppressed, response.TotalRows));
        Assert.Empty(response.Rows);
    }

    [Fact]
    public async Task ConditionWhoseAbsenceWouldTellOfOne_GetsNothing()
    {
        var other = await data.Hub.NodeAsync("ND-420222");

        // Five are in the city's frame, four of them not in 2023: both sums together would be the fifth.
        var wide = await other.AggregateAsync(new AggregateRecordsRequest(Request("stat_code")) { Filter = "frame = CITY" });
        var narrow = await other.AggregateAsync(new AggregateRecordsRequest(Request("stat_code")) { Filter = "frame = CITY AND period != \"2023\"" });

        Assert.Equal((false, "37.5"), (wide.Total.Suppressed, wide.Total.Values[0].Value));
        Assert.True(narrow.Total.Suppressed);
    }

    [Theory]
    [InlineData("zone_id = \"420281-Z001\"")]
    [InlineData("zone_id IN (\"420281-Z002\", \"420281-Z003\", \"420281-Z004\") OR zone_id = \"420281-Z001\" AND value > 1.5")]
    [InlineData("value > 1.5")]
    [InlineData("period = \"2021\" AND NOT value < 2")]
    [InlineData("name:\"科技\"")]
    [InlineData("key = \"420281-Z001\"")]
    [InlineData("source = \"ND-DYH\"")]
    [InlineData("recorded_at > \"2021-01-01\"")]
    [InlineData("zone_id.name = \"园区\"")]
    [InlineData("zone_id.zone_id = \"420281-Z001\"")]
    public async Task FilterByRespondentsOrFigures_IsRefused(string filter)
    {
        var request = new AggregateRecordsRequest(Request("frame")) { Filter = filter };

        var error = await Assert.ThrowsAsync<HubException>(async () => await (await data.Hub.NodeAsync("ND-420222")).AggregateAsync(request));

        Assert.Equal(ErrorReason.FilterInvalid, error.Reason);
        await (await data.Hub.PersonAsync("bureau")).AggregateAsync(request);
    }

    [Fact]
    public async Task RowsOfSeveralGroups_AreNotNamedWhereTheyAreWithheld()
    {
        var request = Request("period");
        request.Groups.Add("frame");

        var response = await (await data.Hub.NodeAsync("ND-420222")).AggregateAsync(request);
        var bureau = await (await data.Hub.PersonAsync("bureau")).AggregateAsync(request);

        Assert.Equal(4, bureau.TotalRows);
        Assert.All(response.Rows, row => Assert.False(row.Suppressed));
        Assert.Equal(response.TotalRows, response.Rows.Count);
        Assert.DoesNotContain(response.Rows, row => row.Groups[0].Value == "2023");
    }

    [Fact]
    public async Task ExtremesHavingOrderFiguresAndSources_AreRefused()
    {
        var other = await data.Hub.NodeAsync("ND-420222");
        AggregateRecordsRequest[] requests =
        [
            new(Request("period")) { Measures = { new Measure { Function = MeasureFunction.Max, Field = "value" } } },
            new(Request("period")) { Having = "sum_value > 1" },
            new(Request("period")) { OrderBy = "sum_value" },
            new(Request("period")) { Source = TestHub.Zone },
            new(Request("period")) { Source = "-" },
            Request("value"),
            Request("zone_id"),
            Request("name"),
            Request("@place"),
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
    public void WhatAMeasureShows_IsNoMoreBesideOtherMeasures()
    {
        // The first measure of A is mostly of one, so B goes with it; that the second one of D is, too, must not bring B back.
        Contributions[] behind =
        [
            new(5, [90, 100], [100, 1_000]),
            new(4, [2, 1], [10, 10]),
            new(9, [4, 1], [60, 10]),
            new(6, [2, 99], [90, 100]),
        ];
        var both = SmallCells.Find(Line(behind), Limits);

        for (var measure = 0; measure < 2; measure++)
        {
            var alone = SmallCells.Find(Line([.. behind.Select(cell => cell.Of(measure))]), Limits);
            Assert.All(alone.Zip(both), pair => Assert.True(pair.Second || !pair.First));
        }

        static List<(IReadOnlyList<string?>, Contributions)> Line(Contributions[] cells) =>
            [.. cells.Select((cell, i) => ((IReadOnlyList<string?>)[$"{i}"], cell))];
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
