using HubExchange.Client;
using HubExchange.Mechanism.V1;
using HubExchange.Region.V1;
using HubExchange.Testing;

namespace HubExchange.Server.Tests.Indicators;

/// <summary>Parts of a target that the plan gives to units and zones.</summary>
public sealed class IndicatorShareTests(SharedCluster cluster) : IAsyncLifetime
{
    private const string Daye = IndicatorCity.Daye;
    private const string Xialu = IndicatorCity.Xialu;

    private IndicatorCity _plan = null!;

    public async ValueTask InitializeAsync() => _plan = await IndicatorCity.StartAsync(cluster);

    public ValueTask DisposeAsync() => _plan.DisposeAsync();

    [Fact]
    public async Task Shares_AreComparedUnitByUnit()
    {
        await _plan.PushTargetAsync("S1", IndicatorKind.Stock, "3");
        await _plan.City.PushAsync(TestHub.City, new IndicatorShare { IndicatorId = "S1", PlaceId = Daye, TargetValue = "1" });
        await (await _plan.Hub.NodeAsync(TestHub.Daye)).PushAsync(TestHub.Daye, IndicatorCity.Firm(Daye), "2020-01-01");
        await _plan.Bureau.SaveIndicatorDefinitionAsync(IndicatorCity.Define(
            "S1", IndicatorFormula.Single, new IndicatorTerm { Id = "all", Type = "enterprise.organization", Measure = TermMeasure.Count }));

        var row = await _plan.RowAsync("S1");

        Assert.Equal(("1", Light.Red), (row.City.Value, row.City.Light));
        var unit = row.Units.Single(cell => cell.PlaceId == Daye);
        Assert.Equal(("1", "1", Light.Green), (unit.Value, unit.Target, unit.Light));
        Assert.Equal(("0", "", Light.Unspecified), (row.Units.Single(cell => cell.PlaceId == Xialu) is var other ? other.Value : "", other.Target, other.Light));
    }

    [Fact]
    public async Task ShareOfAZone_IsMeasuredByWhatStandsInItAndInsideIt()
    {
        const string Zone = "420281-Z001", Park = "420281-P001", Other = "420204-Z002";
        await _plan.PushTargetAsync("Z1", IndicatorKind.Flow, "12");
        await _plan.City.PushAsync(
            TestHub.City,
            Place(Zone, "示范高新区", ZoneClass.Htz),
            Place(Park, "示范园", ZoneClass.Sip, Zone),
            Place(Other, "另一园区", ZoneClass.Htz));
        await _plan.City.PushAsync(
            TestHub.City,
            new IndicatorShare { IndicatorId = "Z1", PlaceId = Zone, TargetValue = "4", DeadlineOn = "2021-12-31" },
            new IndicatorShare { IndicatorId = "Z1", PlaceId = Other, TargetValue = "2" },
            new IndicatorShare { IndicatorId = "Z1", PlaceId = Daye, TargetValue = "6" });
        var node = await _plan.Hub.NodeAsync(TestHub.Daye);
        foreach (var zones in new string[][] { [Zone, Park], [Park], [] })
        {
            var firm = IndicatorCity.Firm(Daye);
            firm.ZoneIds.Add(zones);
            await node.PushAsync(TestHub.Daye, firm, "2020-01-01");
        }

        await _plan.Bureau.SaveIndicatorDefinitionAsync(IndicatorCity.Define(
            "Z1", IndicatorFormula.Single, new IndicatorTerm { Id = "all", Type = "enterprise.organization", Measure = TermMeasure.Count }));

        var row = await _plan.RowAsync("Z1", on: "2021-06-30");

        Assert.Equal(
            [(Other, "另一园区", "0", "2", "1", Light.Red, 2), (Zone, "示范高新区", "2", "4", "2", Light.Green, 1)],
            row.Zones.Select(cell => (cell.PlaceId, cell.PlaceName, cell.Value, cell.Target, cell.Due, cell.Light, cell.Rank)));
        Assert.Equal(("3", "6"), row.Units.Single(cell => cell.PlaceId == Daye) is var unit ? (unit.Value, unit.Target) : default);

        // Behind the value stand exactly its records, and a zone without a part has no row.
        var records = await _plan.Bureau.ListIndicatorAsync(
            new ListIndicatorRecordsRequest { IndicatorId = "Z1", EffectiveOn = "2021-06-30", PlaceId = Zone }).ToListAsync();
        Assert.Equal(2, records.Count);
        await _plan.PushTargetAsync("Z2", IndicatorKind.Flow, "1");
        Assert.Empty((await _plan.RowAsync("Z2")).Zones);
    }

    private static Zone Place(string id, string name, ZoneClass zoneClass, string parent = "") => new()
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
        ValidFrom = "2000-01-01",
    };
}
