using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Region.V1;
using HubExchange.Testing;
using HubExchange.V1;
using Level = HubExchange.Region.V1.Level;

namespace HubExchange.Server.Tests.Layouts;

/// <summary>Totals over zones, parks and units: every record once at every level.</summary>
public sealed class LayoutTests(SharedCluster cluster)
{
    private const string Organizations = "enterprise.organization";
    private const string Certificates = "enterprise.hte_certificate";
    private const string Dyh = "420281-Z001";
    private const string Hsgx = "420205-Z002";
    private const string Park = "420281-P002";
    private const string SubPark = "420203-Z004";

    [Fact]
    public async Task OrganisationInOverlayZoneSubParkAndCounty_CountsOnceEverywhere()
    {
        await using var hub = await StartAsync();
        var both = Organization("420281", Dyh, Park, Hsgx);
        await PushAsync(hub, both, Organization("420281", Park), Organization("420281"), Organization("420203", SubPark));
        var overlay = await hub.NodeAsync(TestHub.Zone, NodeKind.Zone);
        await overlay.PushAsync(TestHub.Zone, both);

        var layout = await (await hub.PersonAsync("bureau")).GetLayoutAsync();

        Assert.Equal("four", layout.Id);
        Assert.Equal(4, Count(layout.Totals));
        Assert.Equal([("HTZ", 3), ("INZ", 1)], layout.Zones.Select(zone => (zone.Id, (int)Count(zone.Counts))));
        var places = layout.Zones[0].Places;
        Assert.Equal([(Dyh, 2), (Hsgx, 2)], places.Select(place => (place.ZoneId, (int)Count(place.Counts))));
        Assert.Equal((Park, 2L), (places[0].Places.Single().ZoneId, Count(places[0].Places.Single().Counts)));
        Assert.Equal((SubPark, 1L), (places[1].Places.Single().ZoneId, Count(places[1].Places.Single().Counts)));
        Assert.Equal([(Park, 2)], layout.Parks.Select(park => (park.ZoneId, (int)Count(park.Counts))));
        Assert.Equal([("420281", 3), ("420203", 1)], layout.Units.Select(unit => (unit.Id, (int)Count(unit.Counts))));
        Assert.True(Count(layout.Totals) <= layout.Units.Sum(unit => Count(unit.Counts)) + Count(layout.Unplaced));
    }

    [Fact]
    public async Task StatisticalReturns_AreNotCountedForWhoeverGetsAggregatesOnly()
    {
        const string statistics = "region.zone_statistic";
        await using var hub = await StartAsync();
        await PushAsync(hub, Organization("420281", Park));
        var zone = await hub.NodeAsync(TestHub.Zone, NodeKind.Zone);
        var statistic = new ZoneStatistic
        {
            ZoneId = Park,
            Period = "2021",
            StatCode = "营业收入",
            Value = "1.5",
            Unit = "万元",
            Respondents = 5,
            Revision = StatisticRevision.Final,
            Frame = StatisticFrame.Zone,
        };
        var response = await zone.PushAsync(TestHub.Zone, statistic);
        Assert.True(response.Rejected.Count == 0, response.ToString());

        var bureau = await (await hub.PersonAsync("bureau")).GetLayoutAsync();
        var other = await (await hub.NodeAsync(TestHub.Daye)).GetLayoutAsync();

        Assert.Equal(1, bureau.Totals.ByType[statistics]);
        Assert.DoesNotContain(statistics, other.ToString(), StringComparison.Ordinal);
        Assert.Equal(bureau.Totals.ByType[Organizations], other.Totals.ByType[Organizations]);
    }

    [Fact]
    public async Task Record_StandsWhereItsOrganisationStands()
    {
        await using var hub = await StartAsync();
        var organization = Organization("420281", Park);
        await PushAsync(hub, organization);
        var type = CityEntityTypes.All.Of<HteCertificate>();
        var certificate = new HteCertificate((HteCertificate)RecordSamples.Full(type)) { Uscc = organization.Uscc };
        var orphan = new HteCertificate(certificate) { CertNo = "GR202142900002", Uscc = Make.Uscc() };
        await (await hub.NodeAsync(TestHub.Daye)).PushAsync(TestHub.Daye, certificate, orphan);

        var layout = await (await hub.PersonAsync("bureau")).GetLayoutAsync("four");

        Assert.Equal((2L, 1L), (layout.Totals.ByType[Certificates], layout.Unplaced.ByType[Certificates]));
        Assert.Equal(1, layout.Zones[0].Counts.ByType[Certificates]);
        Assert.Equal(1, layout.Units[0].Counts.ByType[Certificates]);

        // The organisation moves: what it owns moves with it, at once and without being pushed again.
        organization.ZoneIds.Clear();
        organization.ReportingUnit = "420203";
        await PushAsync(hub, organization);
        var moved = await (await hub.PersonAsync("bureau")).GetLayoutAsync("four");
        Assert.DoesNotContain(Certificates, moved.Zones[0].Counts.ByType.Keys);
        Assert.Equal([false, true], moved.Units.Select(unit => unit.Counts.ByType.ContainsKey(Certificates)));
    }

    [Fact]
    public async Task DeletedOrganisation_LeavesEveryTotal()
    {
        await using var hub = await StartAsync();
        var organization = Organization("420281", Park);
        await PushAsync(hub, organization);
        await (await hub.NodeAsync(TestHub.Daye)).DeleteAsync<Organization>(TestHub.Daye, organization.Uscc);

        var layout = await (await hub.PersonAsync("bureau")).GetLayoutAsync();

        Assert.DoesNotContain(Organizations, layout.Totals.ByType.Keys);
        Assert.DoesNotContain(Organizations, layout.Units[0].Counts.ByType.Keys);
    }

    [Fact]
    public async Task AnotherLayout_OrAnotherParent_ChangesTheTotalsWithoutCode()
    {
        await using var hub = await StartAsync();
        await PushAsync(hub, Organization("420281", Park), Organization("420203", SubPark));
        var city = await hub.CityAsync();
        var bureau = await hub.PersonAsync("bureau");

        var named = await bureau.GetLayoutAsync("named");
        Assert.Equal([("DYH", 1), ("HSGX", 1)], named.Zones.Select(zone => (zone.Id, (int)Count(zone.Counts))));

        // The park moves from one zone to the other.
        await city.PushAsync(TestHub.City, Zone(Park, "示范园", ZoneClass.Sip, Hsgx));
        var moved = await bureau.GetLayoutAsync("named");
        Assert.Equal([("DYH", 0), ("HSGX", 2)], moved.Zones.Select(zone => (zone.Id, (int)Count(zone.Counts))));
        Assert.Equal(["four", "named"], await bureau.ListLayoutsAsync().Select(layout => layout.Id).ToListAsync());
    }

    [Fact]
    public async Task CircleOfParents_DoesNotHangTheHub()
    {
        await using var hub = await StartAsync();
        var city = await hub.CityAsync();
        await city.PushAsync(TestHub.City, Zone(Dyh, "大冶湖高新区", ZoneClass.Htz, Park), Zone(Park, "示范园", ZoneClass.Sip, Dyh));
        await PushAsync(hub, Organization("420281", Park));

        var layout = await (await hub.PersonAsync("bureau")).GetLayoutAsync();

        Assert.Equal(1, Count(layout.Zones[0].Counts));
    }

    [Fact]
    public async Task UnknownLayout_AndHubWithoutLayouts_SaySo()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        var bureau = await hub.PersonAsync("bureau");

        Assert.Equal(ErrorReason.LayoutNotFound, (await Assert.ThrowsAsync<HubException>(() => bureau.GetLayoutAsync())).Reason);
        Assert.Equal("x", (await Assert.ThrowsAsync<HubException>(() => bureau.GetLayoutAsync("x"))).Metadata["layout"]);
    }

    [Fact]
    public async Task LayoutOfAMoment_HasTheZonesUnitsAndRecordsOfThatMoment()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        var city = await hub.CityAsync();
        await city.PushAsync(TestHub.City, Zone(Dyh, "大冶湖高新区", ZoneClass.Htz), "2020-01-01");
        await city.PushAsync(TestHub.City, Zone(Hsgx, "黄石高新区", ZoneClass.Htz), "2020-01-01");
        await city.PushAsync(TestHub.City, Zone(Park, "示范园", ZoneClass.Sip, Dyh), "2020-01-01");
        await city.PushAsync(TestHub.City, new ReportingUnit { UnitId = "420281", Name = "大冶市", Divisions = { "420281" } }, "2020-01-01");
        var old = Layout("old", isDefault: true, ("HTZ", [Dyh, Hsgx]));
        (old.ValidFrom, old.ValidTo) = ("2020-01-01", "2021-06-30");
        await city.PushAsync(TestHub.City, old, "2020-01-01");
        var young = Layout("young", isDefault: true, ("DYH", [Dyh]), ("HSGX", [Hsgx]));
        young.ValidFrom = "2021-07-01";
        await city.PushAsync(TestHub.City, young, "2020-01-01");
        var node = await hub.NodeAsync(TestHub.Daye);
        await node.PushAsync(TestHub.Daye, Organization("420281", Park), "2021-01-01");
        var knownSince = DateTimeOffset.UtcNow;
        await city.PushAsync(TestHub.City, Zone(Park, "示范园", ZoneClass.Sip, Hsgx), "2021-09-01");
        await node.PushAsync(TestHub.Daye, Organization("420281", Park), "2021-10-01");
        var bureau = await hub.PersonAsync("bureau");

        Assert.Equal("old [HTZ 0] 0", await TextAsync("2020-12-31", null));
        Assert.Equal("old [HTZ 1] 1", await TextAsync("2021-06-30", null));
        Assert.Equal("young [DYH 1, HSGX 0] 1", await TextAsync("2021-07-01", null));
        Assert.Equal("young [DYH 0, HSGX 1] 1", await TextAsync("2021-09-01", null));
        Assert.Equal("young [DYH 1, HSGX 0] 1", await TextAsync("2021-10-01", knownSince));
        Assert.Equal("young [DYH 0, HSGX 2] 2", await TextAsync("2021-10-01", null));
        Assert.Equal("young [DYH 0, HSGX 2] 2", await TextAsync(null, null));
        Assert.Equal("young [DYH 1, HSGX 0] 1", await TextAsync(null, knownSince));
        Assert.Equal(
            ErrorReason.LayoutNotFound,
            (await Assert.ThrowsAsync<HubException>(() => bureau.GetLayoutAsync(null, null, new DateOnly(2019, 12, 31)))).Reason);
        Assert.Empty(await bureau.ListLayoutsAsync(null, new DateOnly(2019, 12, 31)).ToListAsync());

        async Task<string> TextAsync(string? day, DateTimeOffset? known)
        {
            var layout = await bureau.GetLayoutAsync(
                null, known, day is null ? null : DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture));
            return $"{layout.Id} [{string.Join(", ", layout.Zones.Select(zone => $"{zone.Id} {Count(zone.Counts)}"))}] {Count(layout.Totals)}";
        }
    }

    [Fact]
    public async Task ZoneThatDoesNotHoldToday_CountsForNothing()
    {
        await using var hub = await StartAsync();
        await PushAsync(hub, Organization("420281", Park));
        var closed = Zone(Park, "示范园", ZoneClass.Sip, Dyh);
        closed.ValidTo = "2021-12-31";
        await (await hub.CityAsync()).PushAsync(TestHub.City, closed);

        var layout = await (await hub.PersonAsync("bureau")).GetLayoutAsync();

        Assert.Equal((0, 0, 1), ((int)Count(layout.Zones[0].Counts), (int)Count(layout.Parks[0].Counts), (int)Count(layout.Totals)));
    }

    [Fact]
    public async Task LongerDivisionCode_LeadsToItsOwnUnit()
    {
        await using var hub = await StartAsync();
        await (await hub.CityAsync()).PushAsync(
            TestHub.City, new ReportingUnit { UnitId = "XG", Name = "新港园区", Divisions = { "420281104" } });
        await (await hub.CityAsync()).PushAsync(
            TestHub.City,
            new Division { DivisionCode = "420281", Name = "大冶市", Kind = DivisionKind.CountyLevelCity, ParentCode = "420200" },
            new Division { DivisionCode = "420281104", Name = "还地桥镇", Kind = DivisionKind.Township, ParentCode = "420281" },
            new Division { DivisionCode = "420281105", Name = "殷祖镇", Kind = DivisionKind.Township, ParentCode = "420281" });
        var bureau = await hub.PersonAsync("bureau");

        var response = await bureau.AggregateAsync(new AggregateRecordsRequest { Type = "region.division", Groups = { "@unit", "@division(9)" } });

        Assert.Equal(
            ["420281 420281 大冶市", "420281 420281105 殷祖镇", "XG 420281104 还地桥镇"],
            response.Rows.Select(row => $"{row.Groups[0].Value} {row.Groups[1].Value} {row.Groups[1].Label}"));
    }

    [Fact]
    public async Task SavedLayout_IsAVersionedRecordAndCountsAtOnce()
    {
        await using var hub = await StartAsync();
        await PushAsync(hub, Organization("420281", Park), Organization("420203", SubPark));
        var bureau = await hub.PersonAsync("bureau");
        var draft = new LayoutDraft
        {
            Id = "named",
            Name = "按具名园区",
            ValidFrom = "2021-01-01",
            Zones = { new LayoutDraftZone { Id = "PARK", Name = "示范园", ZoneIds = { Park } } },
            ParkIds = { SubPark },
            ReportingUnits = { "420203" },
        };

        Assert.True((await bureau.SaveLayoutAsync(draft, validateOnly: true)).Unchanged);
        Assert.Equal(["DYH", "HSGX"], (await bureau.GetLayoutAsync("named")).Zones.Select(zone => zone.Id));
        Assert.False((await bureau.SaveLayoutAsync(draft)).Unchanged);
        var saved = await bureau.GetLayoutAsync("named");
        Assert.True((await bureau.SaveLayoutAsync(draft)).Unchanged);

        Assert.Equal(("按具名园区", "PARK", 1L), (saved.Name, saved.Zones.Single().Id, Count(saved.Zones.Single().Counts)));
        Assert.Equal([(SubPark, 1L)], saved.Parks.Select(park => (park.ZoneId, Count(park.Counts))));
        var record = await bureau.GetAsync<LayoutDefinition>("named");
        Assert.Equal((TestHub.City, 2L), (record.Envelope.Source, record.Envelope.Revision));
    }

    [Fact]
    public async Task WrongLayout_IsRefusedWithEveryProblem()
    {
        await using var hub = await StartAsync();
        var bureau = await hub.PersonAsync("bureau");

        var error = await Assert.ThrowsAsync<HubException>(() => bureau.SaveLayoutAsync(new LayoutDraft
        {
            Id = "new",
            IsDefault = true,
            ValidFrom = "2022-01-01",
            ValidTo = "2021-01-01",
            Zones =
            {
                new LayoutDraftZone { Id = "A", Name = "甲", ZoneIds = { "420281-Z099", Dyh, Dyh } },
                new LayoutDraftZone { Id = "A", Name = "乙" },
            },
            ParkIds = { "420281-P099" },
            ReportingUnits = { "nobody" },
        }));

        Assert.Equal(ErrorReason.RequestInvalid, error.Reason);
        Assert.Superset(
            new HashSet<string>
            {
                "layout.name", "layout.zones", "layout.zones[0].zone_ids", "layout.park_ids", "layout.reporting_units",
            },
            error.FieldViolations.Select(violation => violation.Field).ToHashSet());
        Assert.Equal(ErrorReason.LayoutNotFound, (await Assert.ThrowsAsync<HubException>(() => bureau.GetLayoutAsync("new"))).Reason);

        var rival = await Assert.ThrowsAsync<HubException>(() => bureau.SaveLayoutAsync(new LayoutDraft
        {
            Id = "rival",
            Name = "另一默认",
            IsDefault = true,
            ValidFrom = "2025-01-01",
            ReportingUnits = { "420281" },
        }));
        Assert.Equal("layout.is_default", Assert.Single(rival.FieldViolations).Field);
        Assert.Contains("four", rival.MessageEn, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Comparison_TellsWhatMovedAndHowTotalsChange()
    {
        await using var hub = await StartAsync();
        await PushAsync(hub, Organization("420281", Park), Organization("420281", Dyh), Organization("420203", SubPark));
        var before = DateTimeOffset.UtcNow;
        await (await hub.CityAsync()).PushAsync(TestHub.City, Zone(Park, "示范园", ZoneClass.Sip, Hsgx));
        var bureau = await hub.PersonAsync("bureau");
        await bureau.SaveLayoutAsync(new LayoutDraft
        {
            Id = "four",
            Name = "四区",
            IsDefault = true,
            ValidFrom = "2021-01-01",
            Zones = { new LayoutDraftZone { Id = "HTZ", Name = "高新区", ZoneIds = { Dyh, Hsgx } } },
            ReportingUnits = { "420281", "420203" },
        });

        var comparison = await bureau.CompareLayoutsAsync(
            new LayoutMoment { RecordedAsOf = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(before) }, new LayoutMoment());

        Assert.Equal(
            [
                $"Moved Zone {SubPark} {Hsgx},INZ > {Hsgx}", $"Moved Zone {Park} {Dyh} > {Hsgx}", "Removed Group INZ  > ", $"Removed Park {Park}  > ",
            ],
            comparison.Changes
                .Select(change => $"{change.Kind} {change.Part} {change.Id} {string.Join(',', change.Before)} > {string.Join(',', change.After)}")
                .Order(StringComparer.Ordinal));
        Assert.Equal(
            [$"Group INZ 1 > 0", $"Park {Park} 1 > 0", $"Zone {Hsgx} 1 > 2", $"Zone {Dyh} 2 > 1"],
            comparison.Counts
                .Where(count => count.Type == Organizations)
                .Select(count => $"{count.Part} {count.Id} {count.Before} > {count.After}")
                .Order(StringComparer.Ordinal));
        Assert.Empty((await bureau.CompareLayoutsAsync(new LayoutMoment { Layout = "four" }, new LayoutMoment { Layout = "four" })).Changes);
    }

    private static long Count(Counts counts) => counts.ByType.TryGetValue(Organizations, out var count) ? count : 0;

    private static Organization Organization(string unit, params string[] zones)
    {
        var organization = Make.Organization();
        organization.ReportingUnit = unit;
        organization.OperatingDivision = unit;
        organization.ZoneIds.Add(zones);
        return organization;
    }

    private static Zone Zone(string id, string name, ZoneClass zoneClass, string parent = "") => new()
    {
        ZoneId = id,
        Name = name,
        ZoneClass = zoneClass,
        Level = Level.City,
        ParentZoneId = parent,
        HostDivision = id[..6],
        HostDivisions = { new HostDivision { Division = id[..6], Primary = true } },
        LayoutRole = zoneClass == ZoneClass.Sip ? LayoutRole.Park : LayoutRole.Zone,
        State = ZoneState.Operating,
    };

    private static async Task PushAsync(TestHub hub, params Organization[] organizations)
    {
        var response = await (await hub.NodeAsync(TestHub.Daye)).PushAsync(TestHub.Daye, organizations);
        Assert.Empty(response.Rejected);
    }

    private async Task<TestHub> StartAsync()
    {
        var hub = await TestHub.StartAsync(cluster.Cluster);
        var city = await hub.CityAsync();
        var zones = await city.PushAsync(
            TestHub.City,
            Zone(Dyh, "大冶湖高新区", ZoneClass.Htz),
            Zone(Hsgx, "黄石高新区", ZoneClass.Htz),
            Zone(Park, "示范园", ZoneClass.Sip, Dyh),
            Zone(SubPark, "西塞山工业园", ZoneClass.Inz, Hsgx));
        Assert.Empty(zones.Rejected);
        await city.PushAsync(
            TestHub.City,
            new ReportingUnit { UnitId = "420281", Name = "大冶市", Divisions = { "420281" } },
            new ReportingUnit { UnitId = "420203", Name = "西塞山区", Divisions = { "420203" } });
        await city.PushAsync(
            TestHub.City,
            Layout("four", isDefault: true, ("HTZ", [Dyh, Hsgx]), ("INZ", [SubPark])),
            Layout("named", isDefault: false, ("DYH", [Dyh]), ("HSGX", [Hsgx])));
        return hub;
    }

    private static LayoutDefinition Layout(string id, bool isDefault, params (string Id, string[] Zones)[] groups) => new()
    {
        LayoutId = id,
        Name = id,
        IsDefault = isDefault,
        ValidFrom = "2021-01-01",
        Zones = { groups.Select(group => new LayoutGroup { Id = group.Id, Name = group.Id, ZoneIds = { group.Zones } }) },
        ParkIds = { Park },
        ReportingUnits = { "420281", "420203" },
    };
}
