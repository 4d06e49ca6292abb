using System.Globalization;
using Dapper;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Mechanism.V1;
using HubExchange.Region.V1;
using HubExchange.Technology.V1;
using HubExchange.Testing;
using HubExchange.V1;
using Npgsql;
using static HubExchange.Server.Tests.Jobs.JobRuns;

namespace HubExchange.Server.Tests.Jobs;

/// <summary>Every check finds what was planted, tells it once, and closes it when it is mended.</summary>
public sealed class ChecksTests(SharedCluster cluster)
{
    [Fact]
    public async Task Conflicts_FieldsUnitsAndDuplicates()
    {
        await using var hub = await StartAsync();
        var (daye, zone) = (await hub.NodeAsync(TestHub.Daye), await hub.NodeAsync(TestHub.Zone, NodeKind.Zone));
        var own = Make.Organization(name: "甲");
        var other = own.Clone();
        (other.Name, other.ReportingUnit) = ("乙", "420203");
        await daye.PushAsync(TestHub.Daye, own);
        await zone.PushAsync(TestHub.Zone, other);
        var (first, second) = (Make.Organization(name: "同名公司"), Make.Organization(name: "同名公司"));
        await daye.PushAsync(TestHub.Daye, first, second);

        var found = await RunTwiceAsync(hub, "conflicts", raised: 4);

        var unit = Assert.Single(found, finding => finding.Rule == "conflict.unit");
        Assert.Equal((own.Uscc, "reporting_unit", 2), (unit.Key, unit.Field, unit.Evidence.Count));
        var name = Assert.Single(found, finding => finding.Rule == "conflict.field");
        Assert.Equal(["甲", "乙"], name.Evidence.OrderByDescending(said => said.Source == TestHub.Daye).Select(said => said.Value));
        Assert.All(name.Evidence, said => Assert.True(said.Revision > 0 && said.RecordedAt is not null));
        Assert.Equal(
            new[] { first.Uscc, second.Uscc }.Order(),
            found.Where(finding => finding.Rule == "conflict.duplicate").Select(finding => finding.Key).Order());

        (other.Name, other.ReportingUnit, second.Name) = (own.Name, own.ReportingUnit, "另名公司");
        await zone.PushAsync(TestHub.Zone, other);
        await daye.PushAsync(TestHub.Daye, second);
        await MendedAsync(hub, "conflicts", 4);
    }

    [Fact]
    public async Task Deadlines_AheadAndPassed()
    {
        await using var hub = await StartAsync();
        var city = await hub.CityAsync();
        var today = ChinaTime.Today(TimeProvider.System);
        var soon = Milestone("soon", today.AddDays(20));
        var late = Milestone("late", today.AddDays(-20));
        await city.PushAsync(TestHub.City, soon, late, Milestone("far", today.AddDays(200)));

        var found = await RunTwiceAsync(hub, "deadlines", raised: 2);

        Assert.Equal(("deadline.ahead", Severity.Warning), found.Where(each => each.Key == "soon").Select(each => (each.Rule, each.Severity)).Single());
        Assert.Equal(("deadline.passed", Severity.Error), found.Where(each => each.Key == "late").Select(each => (each.Rule, each.Severity)).Single());
        soon.DoneOn = late.DoneOn = Text(today);
        await city.PushAsync(TestHub.City, soon, late);
        await MendedAsync(hub, "deadlines", 2);
    }

    // domain.md §7: P05 was done in time; X01 was not and is red from the day after.
    [Theory]
    [InlineData("2021-05-31", "X01 deadline.ahead")]
    [InlineData("2021-06-01", "X01 deadline.passed")]
    [InlineData("2022-12-31", "X01 deadline.passed")]
    [InlineData("2023-01-01", "")]
    public async Task Deadlines_AreRedFromTheDayAfter_UntilTheirPlanYearIsLongClosed(string day, string expected)
    {
        await using var hub = await StartAsync();
        var city = await hub.CityAsync();
        var met = Milestone("P05", new DateOnly(2021, 6, 30));
        met.DoneOn = "2021-06-22";
        await city.PushAsync(TestHub.City, met, Milestone("X01", new DateOnly(2021, 5, 31)));
        await city.PushAsync(
            TestHub.City,
            new PlanTask { TaskId = "cancelled", PlanYear = 2021, Title = "t", LeadUnit = "u", DueOn = "2021-05-31", State = TaskState.Cancelled });

        await JobRuns.RunOnAsync(hub, "deadlines", DateOnly.Parse(day, CultureInfo.InvariantCulture));

        var found = await (await hub.PersonAsync("bureau")).ListFindingsAsync().ToListAsync();
        Assert.Equal(expected, string.Join(", ", found.Select(finding => $"{finding.Key} {finding.Rule}")));
        Assert.All(found, finding => Assert.Equal(day == "2021-05-31" ? Severity.Warning : Severity.Error, finding.Severity));
    }

    // Months and days after the day in a field, the end of a year, and only in the states that the contract names.
    [Theory]
    [InlineData("2026-01-15", "tenancy deadline.ahead, contract deadline.ahead")]
    [InlineData("2026-02-01", "tenancy deadline.passed, contract deadline.passed")]
    [InlineData("2025-12-15", "tenancy deadline.ahead, sme deadline.ahead")]
    [InlineData("2026-01-01", "tenancy deadline.ahead")]
    [InlineData("2025-06-01", "")]
    public async Task Deadlines_AreCounted_AsContractsDeclareThem(string day, string expected)
    {
        await using var hub = await StartAsync();
        var daye = await hub.NodeAsync(TestHub.Daye);
        var tenancy = Sample<IncubateeTenancy>();
        (tenancy.EnteredOn, tenancy.LeftOn) = ("2022-01-31", "");
        var registration = Sample<TechSmeRegistration>();
        (registration.EvalYear, registration.State, registration.InStoreOn) = (2025, TechSmeState.InStore, "2025-05-08");
        var lapsed = registration.Clone();
        (lapsed.RegNo, lapsed.EvalYear, lapsed.State) = (registration.RegNo[..^1] + "9", 2024, TechSmeState.Lapsed);
        var contract = Sample<TechContract>();
        (contract.AcceptedOn, contract.State, contract.RegisteredOn, contract.ValidTo) = ("2025-12-20", TechContractState.Accepted, "", "");
        var refused = contract.Clone();
        (refused.RegistrationNo, refused.State) = (contract.RegistrationNo[..^1] + "9", TechContractState.Refused);
        foreach (var record in new Google.Protobuf.IMessage[] { tenancy, registration, lapsed, contract, refused })
        {
            var change = new Change { Record = Google.Protobuf.MessageExtensions.ToByteString(record) };
            Assert.Equal(1, (await daye.PushRecordsAsync(TestHub.Daye, CityEntityTypes.All.Find(record.Descriptor)!, [change])).Counts.Stored);
        }

        await JobRuns.RunOnAsync(hub, "deadlines", DateOnly.Parse(day, CultureInfo.InvariantCulture));

        var names = new Dictionary<string, string> { ["enterprise.incubatee_tenancy"] = "tenancy", ["enterprise.tech_sme_registration"] = "sme", ["technology.tech_contract"] = "contract" };
        var found = await (await hub.PersonAsync("bureau")).ListFindingsAsync().ToListAsync();
        Assert.Equal(
            expected.Split(", ", StringSplitOptions.RemoveEmptyEntries).Order(), found.Select(finding => $"{names[finding.Type]} {finding.Rule}").Order());
    }

    private static T Sample<T>()
        where T : Google.Protobuf.IMessage<T>, new() => (T)RecordSamples.Minimal(CityEntityTypes.All.Of<T>());

    [Fact]
    public async Task Deadlines_OfOldPlans_AreToldWhenAskedFor()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, JobRuns.Enabled, "--Jobs:Deadlines:YearsBack=5");
        await (await hub.CityAsync()).PushAsync(TestHub.City, Milestone("X01", new DateOnly(2021, 5, 31)));

        await JobRuns.RunOnAsync(hub, "deadlines", new DateOnly(2026, 3, 1));

        Assert.Equal("X01", Assert.Single(await (await hub.PersonAsync("bureau")).ListFindingsAsync().ToListAsync()).Key);
    }

    [Fact]
    public async Task Returns_MissingLateAndEmpty()
    {
        await using var hub = await StartAsync();
        var (city, daye) = (await hub.CityAsync(), await hub.NodeAsync(TestHub.Daye));
        var today = ChinaTime.Today(TimeProvider.System);

        // The last period that is due, and one working day is long over.
        var end = new DateOnly(today.Year, today.Month, 1).AddMonths(-1).AddDays(-1);
        await city.PushAsync(TestHub.City, new ReportingDuty
        {
            DutyId = "duty",
            NodeId = TestHub.Daye,
            RecordType = "region.construction_progress",
            Cadence = ReportingCadence.Monthly,
            PeriodField = "month",
            DueWorkingDays = 1,
            ValidFrom = Text(end),
            ValidTo = Text(end),
        });

        var missing = Assert.Single(await RunTwiceAsync(hub, "returns", raised: 1));
        Assert.Equal(("return.missing", TestHub.Daye, FindingLight.Green), (missing.Rule, missing.Owner, missing.Light));

        var record = (ConstructionProgress)RecordSamples.Minimal(CityEntityTypes.All.Of<ConstructionProgress>());
        record.Month = end.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(1, (await daye.PushAsync(TestHub.Daye, record)).Counts.Stored);
        var found = await RunAsync(hub, "returns");
        Assert.Contains("return.late", found.Select(finding => finding.Rule));
        Assert.Contains("return.empty", found.Select(finding => finding.Rule));
        Assert.DoesNotContain("return.missing", found.Select(finding => finding.Rule));
    }

    [Fact]
    public async Task Returns_DutiesThatNameWhatIsNotThere_AreFound_AndNothingIsMissing()
    {
        await using var hub = await StartAsync();
        var duty = new ReportingDuty
        {
            NodeId = TestHub.Daye,
            RecordType = "region.construction_progress",
            Cadence = ReportingCadence.Yearly,
            PeriodField = "month",
            DueWorkingDays = 1,
            ValidFrom = "2024-01-01",
            ValidTo = "2024-12-31",
        };
        var city = await hub.CityAsync();
        await city.PushAsync(
            TestHub.City,
            new ReportingDuty(duty) { DutyId = "type", RecordType = "region.construction_progres" },
            new ReportingDuty(duty) { DutyId = "field", PeriodField = "moth" });

        var found = await RunTwiceAsync(hub, "returns", raised: 2);

        Assert.Equal(
            [("return.duty", "field", "period_field", TestHub.City), ("return.duty", "type", "record_type", TestHub.City)],
            found.Select(finding => (finding.Rule, finding.Key, finding.Field, finding.Owner)).Order());
        await city.PushAsync(
            TestHub.City,
            new ReportingDuty(duty) { DutyId = "type", Cadence = ReportingCadence.Monthly, ValidTo = "2024-01-30" },
            new ReportingDuty(duty) { DutyId = "field", ValidTo = "2024-01-30" });
        await MendedAsync(hub, "returns", 2);
    }

    [Fact]
    public async Task Clock_IssuesOneSupervisionOrder_AndFailsWhileACalendarIsMissing()
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();
        await using var hub = await TestHub.StartAsync(database, null, JobRuns.Enabled);
        var bureau = await hub.PersonAsync("bureau");
        var stray = Make.Organization();
        await (await hub.NodeAsync(TestHub.Daye)).PushAsync(TestHub.Daye, stray);
        await bureau.RunToEndAsync("references");
        var filter = new ListFindingsRequest { Key = stray.Uscc };
        Assert.All(await bureau.ListFindingsAsync(filter).ToListAsync(), finding => Assert.Equal("", finding.DueOn));

        var failed = await bureau.RunToEndAsync("finding-clock");
        Assert.Equal(JobRunState.Failed, failed.State);
        Assert.Contains("工作日历", failed.Problem, StringComparison.Ordinal);
        await (await hub.CityAsync()).PushCalendarsAsync();
        await bureau.RunToEndAsync("finding-clock");
        Assert.All(await bureau.ListFindingsAsync(filter).ToListAsync(), finding => Assert.NotEqual("", finding.DueOn));

        await using var connection = new NpgsqlConnection(database);
        await connection.ExecuteAsync("update hub.finding set received_on = received_on - 30, amber_on = amber_on - 30, due_on = due_on - 30");
        await bureau.RunToEndAsync("finding-clock");
        await bureau.RunToEndAsync("finding-clock");
        Assert.Empty(await bureau.ListFindingsAsync(new ListFindingsRequest { WithOrder = true, Owner = "ND-420222" }).ToListAsync());
        var overdue = await bureau.ListFindingsAsync(new ListFindingsRequest(filter) { Light = FindingLight.Red }).ToListAsync();
        Assert.NotEmpty(overdue);
        Assert.All(overdue, finding => Assert.StartsWith($"DB-{finding.Id}-", finding.SupervisionOrder, StringComparison.Ordinal));
        Assert.Equal(overdue, await bureau.ListFindingsAsync(new ListFindingsRequest { WithOrder = true }).ToListAsync());
        Assert.All(overdue, finding => Assert.Equal(ChinaTime.Today(TimeProvider.System), DateOnly.Parse(finding.OrderedOn, CultureInfo.InvariantCulture)));
        var events = (await bureau.GetFindingAsync(overdue[0].Id)).Events;
        Assert.Single(events, each => each.Action == FindingAction.Supervise);
    }

    private async Task<TestHub> StartAsync()
    {
        var hub = await TestHub.StartAsync(cluster.Cluster, JobRuns.Enabled);
        await (await hub.CityAsync()).PushCalendarsAsync();
        await (await hub.CityAsync()).PushPlacesAsync();
        return hub;
    }

    private static Milestone Milestone(string id, DateOnly due) =>
        new() { MilestoneId = id, Name = id, Kind = MilestoneKind.Start, DueOn = Text(due), ZoneId = "420281-Z001" };

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
