using HubExchange.Mechanism.V1;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Jobs;

/// <summary>What was reported is held against what the records say, for every year of the plan.</summary>
public sealed class TotalsJobTests(SharedCluster cluster)
{
    [Fact]
    public async Task EveryYear_IsCompared_AndAYearThatIsMendedIsClosedAlone()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, JobRuns.Enabled);
        var (city, bureau) = (await hub.CityAsync(), await hub.PersonAsync("bureau"));
        await city.PushCalendarsAsync();
        foreach (var year in new[] { 2019, 2020, 2021 })
        {
            await city.PushAsync(TestHub.City, Target(year));
            await bureau.SaveIndicatorDefinitionAsync(new IndicatorDefinition
            {
                IndicatorId = $"R{year}",
                Formula = IndicatorFormula.Single,
                Terms = { new IndicatorTerm { Id = "held", Type = "mechanism.match_event", Filter = "held_on >= @start AND held_on <= @end", Measure = TermMeasure.Count } },
            });
        }

        await city.PushAsync(TestHub.City, Reported(2019, 1, "4"), Reported(2020, 1, "0"), Reported(2021, 1, "6"));

        var run = await bureau.RunToEndAsync("totals");

        Assert.Equal((JobRunState.Succeeded, 3, 2L, ""), (run.State, run.Steps, run.Raised, run.Problem));
        var filter = new ListFindingsRequest { Rule = "total.differs" };
        var found = await bureau.ListFindingsAsync(filter).OrderBy(finding => finding.Observed).ToListAsync();
        Assert.Equal(["4", "6"], found.Select(finding => finding.Observed));
        Assert.Contains("2019", found[0].Zh, StringComparison.Ordinal);
        Assert.Contains("2021", found[1].Zh, StringComparison.Ordinal);

        await city.PushAsync(TestHub.City, Reported(2019, 2, "0"));
        var again = await bureau.RunToEndAsync("totals");
        Assert.Equal((0L, 1L), (again.Raised, again.Resolved));
        Assert.Equal("6", Assert.Single(await bureau.ListFindingsAsync(filter).ToListAsync()).Observed);
    }

    private static IndicatorTarget Target(int year) => new()
    {
        IndicatorId = $"R{year}",
        PlanYear = year,
        System = IndicatorSystem.Headline,
        QuoteZh = "样例指标",
        NameEn = "sample",
        TargetValue = "10",
        Unit = "家",
        Direction = TargetDirection.AtLeast,
        Kind = IndicatorKind.Flow,
        Commitment = Commitment.Ensure,
        DeadlineOn = $"{year}-12-31",
        Computation = Computation.Register,
        Division = "420200",
    };

    private static IndicatorObservation Reported(int year, int number, string value) => new()
    {
        IndicatorId = $"R{year}",
        ReportingUnit = "420200",
        Period = $"{year}",
        RevisionNo = number,
        Value = value,
        Unit = "家",
        Source = "黄石市科学技术局",
    };
}
