using Dapper;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Mechanism.V1;
using HubExchange.Server.Tests.Jobs;
using HubExchange.Testing;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Tests.Quality;

/// <summary>Scores of sources of which it is known what they did right and wrong: exact figures, their change, and who sees them.</summary>
public sealed class QualityTests(SharedCluster cluster)
{
    private static readonly DateOnly Today = ChinaTime.Today(TimeProvider.System);

    [Fact]
    public async Task Score_IsWhatTheSourceDid_AndEachNumberIsExplained()
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();
        await using var hub = await TestHub.StartAsync(database, null, JobRuns.Enabled, "--Jobs:StepRecords=10");
        var bureau = await hub.PersonAsync("bureau");
        await SeedAsync(hub, bureau, database);

        var run = await bureau.RunToEndAsync("quality");
        var first = await bureau.GetQualityAsync(TestHub.Daye);

        Assert.Equal((JobRunState.Succeeded, ""), (run.State, run.Problem));
        Assert.Equal(
            [
                ("conformity.rules", 8, 10, "80.00"),
                ("completeness.rules", 10, 10, "100.00"),
                ("completeness.fields", 14, 16, "87.50"),
                ("completeness.returns", 0, 1, "0.00"),
                ("accuracy.rules", 10, 10, "100.00"),
                ("accuracy.findings", 7, 8, "87.50"),
                ("consistency.rules", 10, 10, "100.00"),
                ("consistency.findings", 7, 8, "87.50"),
                ("consistency.reconciliation", 98, 100, "98.00"),
                ("timeliness.returns", 0, 1, "0.00"),
                ("timeliness.clocks", 1, 1, "100.00"),
                ("accessibility.days", 3, 10, "30.00"),
                ("accessibility.sessions", 2, 3, "66.67"),
            ],
            first.Measures.Select(measure => (measure.Id, (int)measure.Good, (int)measure.Examined, measure.Percent)));
        Assert.Equal(
            ["80.00", "62.50", "93.75", "95.17", "50.00", "48.33"], first.Quality.Dimensions.Select(dimension => dimension.Percent));

        // (20 × 80 + 20 × 62.5 + 20 × 93.75 + 15 × 95.1667 + 15 × 50 + 10 × 48.3333) / 100
        Assert.Equal(("73.86", "", Today), (first.Quality.Total, first.Quality.Change, DateOnly.Parse(first.Day, null)));
        Assert.Equal(["73.86"], first.Trend.Select(point => point.Total));
        Assert.Equal($"/v1/quarantine?source={TestHub.Daye}", first.Measures[0].Path);
        Assert.Equal(2, await bureau.ListQuarantinedRecordsAsync(source: TestHub.Daye).CountAsync());
        var accuracy = new ListFindingsRequest { Source = TestHub.Daye, Dimension = QualityDimension.Accuracy };
        Assert.Single(await bureau.ListFindingsAsync(accuracy).ToListAsync());

        // What was never there is not measured: no figure, neither 0 nor 100.
        var zone = await bureau.GetQualityAsync(TestHub.Zone);
        Assert.DoesNotContain(zone.Measures, measure => measure.Dimension is QualityDimension.Accessibility or QualityDimension.Timeliness);
        Assert.Equal(("", ""), (zone.Quality.Dimensions[4].Percent, zone.Quality.Dimensions[5].Percent));
        Assert.Equal("100.00", zone.Quality.Dimensions[0].Percent);
    }

    [Fact]
    public async Task RunOfTheSameDay_ReplacesTheScore_AndChangesAreAgainstTheEarlierDay()
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();
        await using var hub = await TestHub.StartAsync(database, null, JobRuns.Enabled);
        await using var second = await TestHub.StartAsync(database, null, JobRuns.Enabled);
        var bureau = await hub.PersonAsync("bureau");
        var daye = await hub.NodeAsync(TestHub.Daye);
        var bad = Make.Organization();
        bad.IndustryCode = "????";
        await daye.PushAsync(TestHub.Daye, Make.Organization(), bad);
        await bureau.RunToEndAsync("quality");
        Assert.Equal("50.00", (await bureau.GetQualityAsync(TestHub.Daye)).Quality.Dimensions[0].Percent);
        await using var connection = new NpgsqlConnection(database);
        await connection.ExecuteAsync("update hub.quality_score set day = day - 40; update hub.quality_measure set day = day - 40");

        bad.IndustryCode = "3921";
        await daye.PushAsync(TestHub.Daye, bad);
        await bureau.RunToEndAsync("quality");
        await bureau.RunToEndAsync("quality");

        var now = await bureau.GetQualityAsync(TestHub.Daye, trendDays: 100);
        Assert.Equal(("100.00", "+50.00"), (now.Quality.Dimensions[0].Percent, now.Quality.Dimensions[0].Change));
        Assert.Equal(("conformity.rules", 2L, 2L, ""), (now.Measures[0].Id, now.Measures[0].Good, now.Measures[0].Examined, now.Measures[0].Path));
        Assert.Equal(2, now.Trend.Count);
        Assert.Equal(2, await connection.ExecuteScalarAsync<long>("select count(*) from hub.quality_score where source = @source", new { source = TestHub.Daye }));
        Assert.Equal("50.00", (await bureau.GetQualityAsync(TestHub.Daye, day: Today.AddDays(-1).ToString("yyyy-MM-dd", null))).Quality.Dimensions[0].Percent);
        var runs = await bureau.ListJobRunsAsync("quality").ToListAsync();
        Assert.All(runs, run => Assert.Equal((1, JobRunState.Succeeded), (run.Attempts, run.State)));
    }

    [Fact]
    public async Task League_IsByTotal_AndASourceSeesItsOwnPlaceOnly()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, JobRuns.Enabled);
        var bureau = await hub.PersonAsync("bureau");
        var (daye, zone) = (await hub.NodeAsync(TestHub.Daye), await hub.NodeAsync(TestHub.Zone, NodeKind.Zone));
        Assert.Empty((await bureau.ListQualityAsync()).Sources);
        Assert.Equal(ErrorReason.QualityNotFound, (await Assert.ThrowsAsync<HubException>(() => daye.GetQualityAsync())).Reason);
        var bad = Make.Organization();
        bad.IndustryCode = "????";
        await daye.PushAsync(TestHub.Daye, Make.Organization(), bad);
        await zone.PushAsync(TestHub.Zone, Make.Organization());
        await hub.NodeAsync("ND-420203");
        await bureau.RunToEndAsync("quality");

        var league = await bureau.ListQualityAsync();
        var ranks = league.Sources.Select(source => source.Rank).ToList();
        Assert.Equal(league.Ranked, ranks.Count(rank => rank > 0));
        Assert.Equal((0, "", "ND-420203"), (ranks[^1], league.Sources[^1].Total, league.Sources[^1].Source));
        Assert.Equal(
            league.Sources.SkipLast(1).Select(source => source.Source),
            league.Sources.SkipLast(1).OrderByDescending(source => decimal.Parse(source.Total, null)).ThenBy(source => source.Source, StringComparer.Ordinal).Select(source => source.Source));
        var (last, better) = (league.Sources.Single(source => source.Source == TestHub.Daye), league.Sources.Single(source => source.Source == TestHub.Zone));
        Assert.True(better.Rank < last.Rank);

        var own = await daye.ListQualityAsync();
        Assert.Equal((league.Ranked, last), (own.Ranked, Assert.Single(own.Sources)));
        Assert.Equal(last, (await daye.GetQualityAsync()).Quality);
        Assert.Equal(ErrorReason.QualityNotFound, (await Assert.ThrowsAsync<HubException>(() => daye.GetQualityAsync(TestHub.Zone))).Reason);
        Assert.Equal(ErrorReason.RequestInvalid, (await Assert.ThrowsAsync<HubException>(() => bureau.ListQualityAsync("yesterday"))).Reason);
    }

    // Of ten organisations two are refused, one refers to nowhere, one is doubted, two lack a field; a return is missing; what a stream attended, and what
    // reconciliations found, is written as they would.
    private static async Task SeedAsync(TestHub hub, HubClient bureau, string database)
    {
        var city = await hub.CityAsync();
        await city.PushCalendarsAsync();
        await city.PushPlacesAsync();
        var (daye, zone) = (await hub.NodeAsync(TestHub.Daye), await hub.NodeAsync(TestHub.Zone, NodeKind.Zone));
        var organizations = Enumerable.Range(0, 10).Select(_ => Make.Organization()).ToList();
        organizations[0].IndustryCode = organizations[1].IndustryCode = "????";
        organizations[2].ReportingUnit = "nowhere";
        organizations[4].EstablishedOn = organizations[5].EstablishedOn = "";
        Assert.Equal(2, (await daye.PushAsync(TestHub.Daye, organizations)).Counts.Quarantined);
        await zone.PushAsync(TestHub.Zone, Make.Organization());
        await zone.RaiseFindingAsync(new RaiseFindingRequest { Type = "enterprise.organization", Key = organizations[3].Uscc, Field = "name", Reason = "名称有误" });
        await bureau.RunToEndAsync("references");
        var end = new DateOnly(Today.Year, Today.Month, 1).AddMonths(-1).AddDays(-1).ToString("yyyy-MM-dd", null);
        await city.PushAsync(TestHub.City, new ReportingDuty
        {
            DutyId = "duty",
            NodeId = TestHub.Daye,
            RecordType = "region.construction_progress",
            Cadence = ReportingCadence.Monthly,
            PeriodField = "month",
            DueWorkingDays = 1,
            ValidFrom = end,
            ValidTo = end,
        });
        await using var connection = new NpgsqlConnection(database);
        await connection.ExecuteAsync(
            """
            insert into hub.attendance_day (source, day)
            select @source, @today::date - before
            from unnest(array[0, 1, 5, 10]) before;
            insert into hub.reconciliation (source, type, state, started_at, ended_at, stream, hub_count, source_count, stale, failure)
            values (@source, 'enterprise.organization', 'DIFFERENT', now(), now(), 's', 90, 90, 50, ''),
              (@source, 'enterprise.organization', 'EQUAL', now(), now(), 's', 90, 90, 0, ''),
              (@source, 'enterprise.startup_record', 'DIFFERENT', now() - interval '100 days', now(), 's', 9, 9, 0, ''),
              (@source, 'enterprise.startup_record', 'FAILED', now(), now(), 's', 0, 0, 0, 'gone');
            update hub.reconciliation
            set missing = 1, stale = 1
            where type = 'enterprise.startup_record' and state = 'DIFFERENT';
            """,
            new { source = TestHub.Daye, today = Today });
    }
}
