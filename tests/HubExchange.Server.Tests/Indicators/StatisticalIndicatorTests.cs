using HubExchange.Client;
using HubExchange.Mechanism.V1;
using HubExchange.Region.V1;
using HubExchange.Server.Tests.Jobs;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Indicators;

/// <summary>Indicators over statistical returns, whose small values a scorecard does not withhold one by one (统计法 art. 28).</summary>
public sealed class StatisticalIndicatorTests(SharedCluster cluster) : IAsyncLifetime
{
    private IndicatorCity _plan = null!;

    public async ValueTask InitializeAsync()
    {
        _plan = await IndicatorCity.StartAsync(cluster, JobRuns.Enabled);
        await _plan.City.PushAsync(
            TestHub.City,
            Enumerable.Range(1, 4).Select(number => new Zone
            {
                ZoneId = ZoneOf(number),
                Name = $"园区{number}",
                ZoneClass = ZoneClass.Htz,
                Level = Level.City,
                HostDivision = ZoneOf(number)[..6],
                HostDivisions = { new HostDivision { Division = ZoneOf(number)[..6], Primary = true } },
                LayoutRole = LayoutRole.Zone,
                State = ZoneState.Operating,
                ValidFrom = "2000-01-01",
            }));
        var response = await (await _plan.Hub.NodeAsync(TestHub.Zone, NodeKind.Zone)).PushAsync(
            TestHub.Zone,
            Enumerable.Range(1, 4).Select(number => new ZoneStatistic
            {
                ZoneId = ZoneOf(number),
                Period = "2021",
                StatCode = "营业收入",
                Value = number == 4 ? "97531" : "10",
                Unit = "万元",
                Respondents = 5,
                Revision = StatisticRevision.Final,
                Frame = StatisticFrame.Zone,
            }));
        Assert.Empty(response.Rejected);
    }

    public ValueTask DisposeAsync() => _plan.DisposeAsync();

    public static TheoryData<IndicatorFormula, TermMeasure> Ways => new()
    {
        { IndicatorFormula.Single, TermMeasure.Sum },
        { IndicatorFormula.Single, TermMeasure.Latest },
        { IndicatorFormula.Percent, TermMeasure.Sum },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Scorecard_HasNoSuchValueForWhoeverGetsAggregatesOnly(IndicatorFormula formula, TermMeasure measure)
    {
        await DefineAsync(formula, measure);
        await _plan.City.PushAsync(TestHub.City, new IndicatorShare { IndicatorId = "ST", PlaceId = ZoneOf(4), TargetValue = "1" });
        var reported = await _plan.City.PushAsync(TestHub.City, Reported("5"));
        Assert.Empty(reported.Rejected);
        var request = new GetScorecardRequest { PlanYear = 2021, IndicatorIds = { "ST" }, EffectiveOn = "2021-12-31" };

        var bureau = Assert.Single((await _plan.Bureau.GetScorecardAsync(request)).Rows);
        var other = Assert.Single((await (await _plan.Hub.NodeAsync("ND-420222")).GetScorecardAsync(request)).Rows);

        Assert.NotEqual("", bureau.City.Computed);
        Assert.All(other.Units.Concat(other.Zones).Append(other.City), cell => Assert.Equal(("", "", 0), (cell.Computed, cell.Previous, cell.Terms.Count)));
        Assert.Equal(("5", ValueOrigin.Reported, false), (other.City.Value, other.City.Origin, other.City.Differs));
        Assert.DoesNotContain("97531", other.ToString(), StringComparison.Ordinal);
        Assert.Contains("AggregateRecords", other.ReasonEn, StringComparison.Ordinal);
        Assert.Contains("统计法", other.ReasonZh, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RecordsBehindAValue_AreThoseOfTheCallersOwnNode()
    {
        await DefineAsync(IndicatorFormula.Single, TermMeasure.Sum);
        var request = new ListIndicatorRecordsRequest { IndicatorId = "ST", EffectiveOn = "2021-12-31" };

        Assert.Equal(4, await _plan.Bureau.ListIndicatorAsync(request).CountAsync());
        Assert.Equal(4, await (await _plan.Hub.NodeAsync(TestHub.Zone, NodeKind.Zone)).ListIndicatorAsync(request).CountAsync());
        foreach (var place in new[] { "", IndicatorCity.Daye, ZoneOf(4) })
        {
            Assert.Equal(
                0, await (await _plan.Hub.NodeAsync("ND-420222")).ListIndicatorAsync(new ListIndicatorRecordsRequest(request) { PlaceId = place }).CountAsync());
        }
    }

    [Fact]
    public async Task FindingsOfReportedValues_TellNoComputedOne()
    {
        await DefineAsync(IndicatorFormula.Single, TermMeasure.Sum);
        await _plan.City.PushCalendarsAsync();
        await _plan.City.PushAsync(TestHub.City, Reported("5"));

        var run = await _plan.Bureau.RunToEndAsync("totals");

        Assert.Equal((JobRunState.Succeeded, 0L), (run.State, run.Raised));
        Assert.DoesNotContain("97561", string.Concat(await _plan.City.ListFindingsAsync().ToListAsync()), StringComparison.Ordinal);
    }

    private static string ZoneOf(int number) => number == 4 ? "420204-Z004" : $"420281-Z00{number}";

    private async Task DefineAsync(IndicatorFormula formula, TermMeasure measure)
    {
        await _plan.PushTargetAsync("ST", IndicatorKind.Flow, "12");
        await _plan.Bureau.SaveIndicatorDefinitionAsync(IndicatorCity.Define(
            "ST",
            formula,
            Term("a", measure),
            Term("b", measure)));
    }

    private static IndicatorTerm Term(string id, TermMeasure measure) => new()
    {
        Id = id,
        Type = "region.zone_statistic",
        Filter = "period_end(period) <= @end",
        Field = "value",
        Measure = measure,
    };

    private static IndicatorObservation Reported(string value) => new()
    {
        IndicatorId = "ST",
        ReportingUnit = "420200",
        Period = "2021",
        RevisionNo = 1,
        Value = value,
        Unit = "家",
        Source = "黄石市科学技术局",
    };
}
