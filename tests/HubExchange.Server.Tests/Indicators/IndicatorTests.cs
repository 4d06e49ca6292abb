using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using HubExchange.Client;
using HubExchange.Enterprise.V1;
using HubExchange.Mechanism.V1;
using HubExchange.Region.V1;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Indicators;

/// <summary>Indicators: computed from records at any two moments, compared with targets, edited as data.</summary>
public sealed class IndicatorTests(SharedCluster cluster) : IAsyncLifetime
{
    private const string Daye = IndicatorCity.Daye;
    private const string Xialu = IndicatorCity.Xialu;
    private const string Valid = "issued_on <= @at AND add_years(issued_on, 3) > @at AND (NOT revoked_on:* OR revoked_on > @at)";

    private IndicatorCity _plan = null!;

    public async ValueTask InitializeAsync() => _plan = await IndicatorCity.StartAsync(cluster);

    public ValueTask DisposeAsync() => _plan.DisposeAsync();

    [Fact]
    public async Task NetIncreaseAndNewOnes_AreTwoIndicators_AndAMoveCountsForBothUnits()
    {
        await PushFirmsAsync();
        await _plan.PushTargetAsync("H06", IndicatorKind.NetChange, "1");
        await _plan.PushTargetAsync("308", IndicatorKind.Flow, "1");
        await _plan.Bureau.SaveIndicatorDefinitionAsync(IndicatorCity.Define(
            "H06",
            IndicatorFormula.Difference,
            Stock("end"),
            Stock("before", TermMoment.Before)));
        await _plan.Bureau.SaveIndicatorDefinitionAsync(IndicatorCity.Define(
            "308",
            IndicatorFormula.Single,
            new IndicatorTerm
            {
                Id = "new",
                Type = "enterprise.hte_certificate",
                Filter = "issued_on >= @start AND issued_on <= @end",
                Measure = TermMeasure.Distinct,
                Field = "uscc",
                NotAmong = "before",
            },
            Stock("before", TermMoment.Before)));

        var (net, added) = (await _plan.RowAsync("H06"), await _plan.RowAsync("308"));
        Assert.Equal(("-1", "1"), (net.City.Computed, added.City.Computed));
        Assert.Equal(["3", "4"], net.City.Terms.Select(term => term.Value));
        Assert.Equal([("420204", "1", 1), ("420281", "-2", 2)], net.Units.OrderBy(unit => unit.PlaceId).Select(unit => (unit.PlaceId, unit.Computed, unit.Rank)));

        // Behind the value stand exactly its records.
        var records = await _plan.Bureau.ListIndicatorAsync(new ListIndicatorRecordsRequest { IndicatorId = "308", EffectiveOn = "2021-12-31" }).ToListAsync();
        Assert.Equal(["GR202142000006"], records.Select(record => record.Key));
        var reader = await _plan.Hub.NodeAsync("ND-420222");
        await reader.ListIndicatorAsync(new ListIndicatorRecordsRequest { IndicatorId = "308", EffectiveOn = "2021-12-31" }).ToListAsync();
        Assert.Equal(["ND-420222"], await _plan.Bureau.ListHoldersAsync("enterprise.hte_certificate", "GR202142000006").Select(holder => holder.Receiver).ToListAsync());
        var moved = await _plan.Bureau.ListIndicatorAsync(
            new ListIndicatorRecordsRequest { IndicatorId = "H06", EffectiveOn = "2021-12-31", PlaceId = Xialu }).ToListAsync();
        Assert.Equal(["GR202042000004"], moved.Select(record => record.Key));

        // The same two moments give the same value, whatever is learned later.
        var then = DateTimeOffset.UtcNow;
        await (await _plan.Hub.NodeAsync(TestHub.Daye)).PushAsync(TestHub.Daye, Certificate("GR202142000009", Make.Uscc(), "2021-07-01"), "2021-07-01");
        Assert.Equal("0", (await _plan.RowAsync("H06")).City.Computed);
        Assert.Equal("-1", (await _plan.RowAsync("H06", asOf: then)).City.Computed);
    }

    [Theory]
    [InlineData("P05", "2021-06-30", "2021-06-22", "2021-06-21", Light.Yellow)]
    [InlineData("P05", "2021-06-30", "2021-06-22", "2021-06-22", Light.Green)]
    [InlineData("P05", "2021-06-30", "2021-06-22", "2021-12-31", Light.Green)]
    [InlineData("X01", "2021-05-31", "", "2021-05-31", Light.Yellow)]
    [InlineData("X01", "2021-05-31", "", "2021-06-01", Light.Red)]
    public async Task DatedMilestone_IsRedFromTheDayAfter(string subject, string due, string done, string on, Light light)
    {
        await _plan.PushTargetAsync("M1", IndicatorKind.DatedMilestone, "1", deadline: due);
        await _plan.City.PushAsync(TestHub.City, new Milestone
        {
            MilestoneId = subject,
            Name = "投入使用",
            Kind = MilestoneKind.InUse,
            DivisionCode = Daye,
            DueOn = due,
            DoneOn = done,
        });
        await _plan.Bureau.SaveIndicatorDefinitionAsync(IndicatorCity.Define(
            "M1",
            IndicatorFormula.Single,
            new IndicatorTerm { Id = "done", Type = "region.milestone", Filter = $"milestone_id = \"{subject}\" AND done_on <= @end", Measure = TermMeasure.Count }));

        Assert.Equal(light, (await _plan.RowAsync("M1", on: on)).City.Light);
    }

    [Theory]
    [InlineData("2021-01-31", 1, "1", Light.Green)]
    [InlineData("2021-06-30", 6, "6", Light.Green)]
    [InlineData("2021-06-30", 5, "6", Light.Yellow)]
    [InlineData("2021-06-30", 4, "6", Light.Red)]
    [InlineData("2021-07-30", 5, "6", Light.Yellow)]
    [InlineData("2021-12-31", 12, "12", Light.Green)]
    [InlineData("2022-03-01", 9, "12", Light.Red)]
    public async Task Flow_IsDueMonthByMonth(string on, int events, string due, Light light)
    {
        await _plan.PushTargetAsync("F1", IndicatorKind.Flow, "12");
        await _plan.City.PushAsync(TestHub.City, Enumerable.Range(1, events).Select(i => new MatchEvent
        {
            EventId = $"E{i}",
            Title = "科惠行动",
            Kind = MatchEventKind.Kehui,
            HeldOn = "2021-01-15",
            Division = Daye,
            ReportingUnit = Daye,
            Organiser = "大冶市科学技术局",
        }));
        await _plan.Bureau.SaveIndicatorDefinitionAsync(IndicatorCity.Define(
            "F1",
            IndicatorFormula.Single,
            new IndicatorTerm { Id = "held", Type = "mechanism.match_event", Filter = "held_on >= @start AND held_on <= @end", Measure = TermMeasure.Count }));

        var cell = (await _plan.RowAsync("F1", on: on)).City;

        Assert.Equal((events.ToString(CultureInfo.InvariantCulture), due, light), (cell.Computed, cell.Due, cell.Light));
    }

    [Theory]
    [InlineData("2021-05-31", "0")]
    [InlineData("2021-06-29", "0")]
    [InlineData("2021-06-30", "1")]
    public async Task MonthThatHasNotEnded_DoesNotCount(string on, string built)
    {
        await _plan.PushTargetAsync("B1", IndicatorKind.Stock, "1");
        await _plan.City.PushAsync(TestHub.City, new ConstructionProgress { ZoneId = "420281-P001", Month = "2021-06", Percent = "100" });
        await _plan.Bureau.SaveIndicatorDefinitionAsync(IndicatorCity.Define(
            "B1",
            IndicatorFormula.Single,
            new IndicatorTerm
            {
                Id = "built",
                Type = "region.construction_progress",
                Filter = "percent >= 100 AND period_end(month) <= @end",
                Measure = TermMeasure.Distinct,
                Field = "zone_id",
            }));

        Assert.Equal(built, (await _plan.RowAsync("B1", on: on)).City.Computed);
    }

    [Fact]
    public async Task ReportedValue_StandsBesideTheComputedOne_AndTheLastRevisionOfTheLatestPeriodCounts()
    {
        await _plan.PushTargetAsync("R1", IndicatorKind.Flow, "10");
        await _plan.City.PushAsync(
            TestHub.City,
            Observation("R1", "2021-06", 1, "4"),
            Observation("R1", "2021", 1, "5"),
            Observation("R1", "2021", 2, "6"));

        var row = await _plan.RowAsync("R1");
        Assert.Equal(("6", ValueOrigin.Reported, 2), (row.City.Value, row.City.Origin, row.City.ReportedRevisionNo));
        Assert.NotEmpty(row.ReasonZh);
        Assert.Equal("4", (await _plan.RowAsync("R1", on: "2021-11-30")).City.Value);

        await _plan.Bureau.SaveIndicatorDefinitionAsync(IndicatorCity.Define(
            "R1",
            IndicatorFormula.Single,
            new IndicatorTerm { Id = "held", Type = "mechanism.match_event", Filter = "held_on >= @start AND held_on <= @end", Measure = TermMeasure.Count }));
        var cell = (await _plan.RowAsync("R1")).City;
        Assert.Equal(("0", "6", true, ValueOrigin.Computed), (cell.Computed, cell.Reported, cell.Differs, cell.Origin));

        // A value of another day cannot be compared.
        Assert.False((await _plan.RowAsync("R1", on: "2021-11-30")).City.Differs);
    }

    [Fact]
    public async Task LatestFigures_AreTakenAtTheSameRevision()
    {
        await _plan.PushTargetAsync("L1", IndicatorKind.Ratio, "20");
        await _plan.City.PushAsync(TestHub.City, new Division { DivisionCode = "420200", Name = "黄石市", Kind = DivisionKind.PrefectureCity });
        await _plan.City.PushAsync(
            TestHub.City,
            Macro("HTVA", StatRevision.Flash, "30"),
            Macro("HTVA", StatRevision.Final, "99"),
            Macro("GDP", StatRevision.Flash, "100"),
            Macro("GDP", StatRevision.Preliminary, "200"));
        await _plan.Bureau.SaveIndicatorDefinitionAsync(IndicatorCity.Define("L1", IndicatorFormula.Percent, Figure("HTVA"), Figure("GDP")));

        Assert.Equal("30", (await _plan.RowAsync("L1")).City.Computed);

        await _plan.City.PushAsync(TestHub.City, Macro("HTVA", StatRevision.Preliminary, "50"));
        Assert.Equal("25", (await _plan.RowAsync("L1")).City.Computed);
    }

    [Fact]
    public async Task WrongDefinition_IsRefusedWithEverythingThatIsWrong_AndPreviewKeepsNothing()
    {
        await _plan.PushTargetAsync("W1", IndicatorKind.Flow, "1");
        var wrong = IndicatorCity.Define(
            "W1",
            IndicatorFormula.Percent,
            new IndicatorTerm { Id = "a", Type = "enterprise.organization", Filter = "nothing = 1", Measure = TermMeasure.Sum, Field = "name" });
        wrong.Divisor = "0";

        foreach (var call in new Func<Task>[] { () => _plan.Bureau.SaveIndicatorDefinitionAsync(wrong), () => _plan.Bureau.PreviewIndicatorAsync(wrong) })
        {
            var error = await Assert.ThrowsAsync<HubException>(call);
            Assert.Equal(ErrorReason.RequestInvalid, error.Reason);
            Assert.Equal(
                ["definition.divisor", "definition.terms", "definition.terms[0].field", "definition.terms[0].filter"],
                error.FieldViolations.Select(violation => violation.Field).Order(StringComparer.Ordinal));
        }

        var good = IndicatorCity.Define("W1", IndicatorFormula.Single, new IndicatorTerm { Id = "a", Type = "enterprise.organization", Measure = TermMeasure.Count });
        var preview = await _plan.Bureau.PreviewIndicatorAsync(good, "2021-12-31");
        Assert.Equal(("0", null), (preview.Row.City.Computed, preview.Current));
        Assert.Null((await _plan.RowAsync("W1")).Definition);

        var unknown = await Assert.ThrowsAsync<HubException>(
            () => _plan.Bureau.PreviewIndicatorAsync(new IndicatorDefinition(good) { IndicatorId = "none" }));
        Assert.Equal((StatusCode.NotFound, ErrorReason.IndicatorNotFound), (unknown.StatusCode, unknown.Reason));
    }

    [Fact]
    public async Task WrongDefinitionThatWasPushed_IsNamedInItsRow_AndHarmsNoOther()
    {
        await _plan.PushTargetAsync("A1", IndicatorKind.Flow, "1");
        await _plan.PushTargetAsync("B1", IndicatorKind.Flow, "1");
        var term = new IndicatorTerm { Id = "a", Type = "enterprise.organization", Filter = "nothing = 1", Measure = TermMeasure.Count };
        await _plan.City.PushAsync(TestHub.City, IndicatorCity.Define("A1", IndicatorFormula.Single, term));
        await _plan.City.PushAsync(TestHub.City, IndicatorCity.Define("B1", IndicatorFormula.Single, new IndicatorTerm(term) { Filter = "" }));

        var (wrong, right) = (await _plan.RowAsync("A1"), await _plan.RowAsync("B1"));

        Assert.Contains("nothing", wrong.ReasonEn, StringComparison.Ordinal);
        Assert.Equal(("", "0"), (wrong.City.Value, right.City.Value));
    }

    [Fact]
    public async Task EveryVersionOfADefinition_IsKept()
    {
        await _plan.PushTargetAsync("V1", IndicatorKind.Stock, "1");
        var definition = IndicatorCity.Define("V1", IndicatorFormula.Single, new IndicatorTerm { Id = "a", Type = "enterprise.organization", Measure = TermMeasure.Count });
        Assert.Equal(1, (await _plan.Bureau.SaveIndicatorDefinitionAsync(definition)).Revision);
        var then = DateTimeOffset.UtcNow;
        definition.Terms[0].Type = "region.reporting_unit";

        Assert.Equal(2, (await _plan.Bureau.SaveIndicatorDefinitionAsync(definition)).Revision);
        Assert.Equal(2, (await _plan.Bureau.SaveIndicatorDefinitionAsync(definition)).Revision);

        Assert.Equal("2", (await _plan.RowAsync("V1")).City.Value);
        Assert.Equal("0", (await _plan.RowAsync("V1", asOf: then)).City.Value);
    }

    [Theory]
    [InlineData(1800, "", "plan_year")]
    [InlineData(2021, "0001-01-01", "effective_on")]
    [InlineData(2021, "soon", "effective_on")]
    public async Task WrongYearOrDate_IsRefused(int year, string on, string field)
    {
        var error = await Assert.ThrowsAsync<HubException>(
            () => _plan.Bureau.GetScorecardAsync(new GetScorecardRequest { PlanYear = year, EffectiveOn = on }));
        Assert.Equal(field, Assert.Single(error.FieldViolations).Field);
    }

    private async Task PushFirmsAsync()
    {
        var node = await _plan.Hub.NodeAsync(TestHub.Daye);
        var (a, b, c, d, e) = (IndicatorCity.Firm(Daye), IndicatorCity.Firm(Daye), IndicatorCity.Firm(Daye), IndicatorCity.Firm(Daye), IndicatorCity.Firm(Daye));
        foreach (var firm in new[] { a, b, c, d, e })
        {
            await node.PushAsync(TestHub.Daye, firm, "2018-01-01");
        }

        await PushAsync("GR201842000001", a, "2018-11-15");
        await PushAsync("GR201842000002", b, "2018-11-30");
        await PushAsync("GR201942000003", d, "2019-10-10");
        await PushAsync("GR202042000004", e, "2020-12-01");
        await PushAsync("GR202142000005", a, "2021-11-15");
        await PushAsync("GR202142000006", c, "2021-12-03");
        var revoked = Certificate("GR201942000003", d.Uscc, "2019-10-10");
        revoked.RevokedOn = "2021-06-01";
        await node.PushAsync(TestHub.Daye, revoked, "2021-06-01");
        await node.PushAsync(TestHub.Daye, new Organization(e) { ReportingUnit = Xialu, OperatingDivision = Xialu }, "2021-05-10");

        Task PushAsync(string number, Organization firm, string issuedOn) =>
            node.PushAsync(TestHub.Daye, Certificate(number, firm.Uscc, issuedOn), issuedOn);
    }

    private static HteCertificate Certificate(string number, string uscc, string issuedOn) => new()
    {
        CertNo = number,
        Uscc = uscc,
        NameAtIssue = "样例企业",
        IssuedOn = issuedOn,
        ValidTo = DateOnly.Parse(issuedOn, CultureInfo.InvariantCulture).AddYears(3).AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        RecognitionType = HteRecognition.First,
    };

    private static IndicatorTerm Stock(string id, TermMoment moment = TermMoment.Unspecified) => new()
    {
        Id = id,
        Type = "enterprise.hte_certificate",
        Filter = Valid,
        Measure = TermMeasure.Distinct,
        Field = "uscc",
        Moment = moment,
    };

    private static IndicatorTerm Figure(string code) => new()
    {
#pragma warning disable CA1308 // ids of terms are lower case
        Id = code.ToLowerInvariant(),
#pragma warning restore CA1308
        Type = "mechanism.macro_stat",
        Filter = $"stat_code = \"{code}\" AND division = \"420200\"",
        Measure = TermMeasure.Latest,
        Field = "value",
    };

    private static IndicatorObservation Observation(string id, string period, int number, string value) => new()
    {
        IndicatorId = id,
        ReportingUnit = "420200",
        Period = period,
        RevisionNo = number,
        Value = value,
        Unit = "家",
        Source = "黄石市科学技术局",
    };

    private static MacroStat Macro(string code, StatRevision revision, string value) => new()
    {
        StatCode = code,
        Division = "420200",
        Period = "2021",
        Revision = revision,
        Name = code,
        Unit = "亿元",
        Value = value,
        Publisher = "黄石市统计局",
        PublishedOn = "2022-03-01",
    };
}
