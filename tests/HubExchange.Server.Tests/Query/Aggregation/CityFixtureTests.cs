using HubExchange.Client;
using HubExchange.Enterprise.V1;
using HubExchange.Region.V1;
using HubExchange.Testing;
using HubExchange.V1;
using Level = HubExchange.Region.V1.Level;

namespace HubExchange.Server.Tests.Query.Aggregation;

/// <summary>The two counting mistakes most easily made, as the city tells them: net against new, and the same firm counted twice.</summary>
public sealed class CityFixtureTests(SharedCluster cluster)
{
    private const string Daye = "420281";
    private const string Xialu = "420204";
    private const string Start = "2018-01-01";

    [Fact]
    public async Task NetIncreaseOfHighTechFirms_IsNotTheNumberOfNewOnes()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        await PushUnitsAsync(hub);
        var node = await hub.NodeAsync(TestHub.Daye);
        var (a, b, c, d, e) = (Make.Organization(), Make.Organization(), Make.Organization(), Make.Organization(), Make.Organization());
        foreach (var organization in new[] { a, b, c, d, e })
        {
            await node.PushAsync(TestHub.Daye, organization, Start);
        }

        await PushAsync(Certificate("GR201842000001", a, "2018-11-15"));
        await PushAsync(Certificate("GR201842000002", b, "2018-11-30"));
        await PushAsync(Certificate("GR201942000003", d, "2019-10-10"));
        await PushAsync(Certificate("GR202042000004", e, "2020-12-01"));
        await PushAsync(Certificate("GR202142000005", a, "2021-11-15", HteRecognition.Again));
        await PushAsync(Certificate("GR202142000006", c, "2021-12-03"));
        var revoked = Certificate("GR201942000003", d, "2019-10-10");
        revoked.RevokedOn = "2021-06-01";
        await node.PushAsync(TestHub.Daye, revoked, "2021-06-01");
        var moved = new Organization(e) { ReportingUnit = Xialu, OperatingDivision = Xialu };
        await node.PushAsync(TestHub.Daye, moved, "2021-05-10");

        var bureau = await hub.PersonAsync("bureau");
        var added = await bureau.AggregateAsync(new AggregateRecordsRequest
        {
            Type = "enterprise.hte_certificate",
            Filter = "issued_on >= \"2021-01-01\" AND issued_on <= \"2021-12-31\" AND recognition_type = FIRST",
            EffectiveOn = "2021-12-31",
        });
        Assert.Equal("1", added.Total.Values[0].Value);
        Assert.Equal(
            ["GR202142000006"], await bureau.ListCellAsync(added.Total.Drill).Select(record => record.Key).ToListAsync());

        // A, B, D and E, then A, C and E: one more than went, and three less.
        var (before, after) = (await StockAsync("2020-12-31"), await StockAsync("2021-12-31"));
        Assert.Equal(("4", "3"), (before[""], after[""]));
        Assert.Equal(("4", "2"), (before[Daye], after[Daye]));
        Assert.Equal((false, "1"), (before.ContainsKey(Xialu), after[Xialu]));

        // The move alone: one less here, one more there, nothing for the city.
        var (eve, day) = (await StockAsync("2021-05-09"), await StockAsync("2021-05-10"));
        Assert.Equal(("4", "4"), (eve[""], day[""]));
        Assert.Equal(("4", "3", "1"), (eve[Daye], day[Daye], day[Xialu]));

        async Task PushAsync(HteCertificate certificate) => await node.PushAsync(TestHub.Daye, certificate, certificate.IssuedOn);

        async Task<Dictionary<string, string>> StockAsync(string on)
        {
            var response = await bureau.AggregateAsync(new AggregateRecordsRequest
            {
                Type = "enterprise.hte_certificate",
                Filter = $"issued_on <= \"{on}\" AND valid_to >= \"{on}\" AND NOT revoked_on <= \"{on}\"",
                EffectiveOn = on,
                Groups = { "@unit" },
                Measures = { new Measure { Function = MeasureFunction.Distinct, Field = "uscc" } },
            });
            return response.Rows.ToDictionary(row => row.Groups[0].Value, row => row.Values[0].Value)
                .Append(KeyValuePair.Create("", response.Total.Values[0].Value))
                .ToDictionary();
        }
    }

    [Fact]
    public async Task FirmInAZoneAndACounty_CountsOnceInEachAndOnceInTheCity()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        await PushUnitsAsync(hub);
        var city = await hub.CityAsync();
        await city.PushAsync(TestHub.City, new Zone
        {
            ZoneId = "420281-Z001",
            Name = "大冶湖高新区",
            ZoneClass = ZoneClass.Htz,
            Level = Level.City,
            HostDivision = Daye,
            LayoutRole = LayoutRole.Zone,
            State = ZoneState.Operating,
        });
        await city.PushAsync(TestHub.City, new LayoutDefinition
        {
            LayoutId = "four",
            Name = "四区N园",
            IsDefault = true,
            ValidFrom = "2021-01-01",
            Zones = { new LayoutGroup { Id = "HTZ", Name = "高新区", ZoneIds = { "420281-Z001" } } },
        });
        var firm = Make.Organization();
        firm.ZoneIds.Add("420281-Z001");
        await (await hub.NodeAsync(TestHub.Daye)).PushAsync(TestHub.Daye, firm);
        await (await hub.NodeAsync(TestHub.Zone, NodeKind.Zone)).PushAsync(TestHub.Zone, firm);

        var bureau = await hub.PersonAsync("bureau");
        foreach (var (group, value, label) in new[] { ("@unit", Daye, "大冶市"), ("@zone", "HTZ", "高新区"), ("@place", "420281-Z001", "大冶湖高新区") })
        {
            var response = await bureau.AggregateAsync(new AggregateRecordsRequest { Type = "enterprise.organization", Groups = { group } });
            var row = Assert.Single(response.Rows);
            Assert.Equal((value, label, "1"), (row.Groups[0].Value, row.Groups[0].Label, row.Values[0].Value));
            Assert.Equal("1", response.Total.Values[0].Value);
        }

        // Both nodes report it: one key, however one asks.
        foreach (var source in new[] { "", "-", TestHub.Zone })
        {
            var response = await bureau.AggregateAsync(new AggregateRecordsRequest { Type = "enterprise.organization", Source = source });
            Assert.Equal("1", response.Total.Values[0].Value);
        }
    }

    private static HteCertificate Certificate(string number, Organization firm, string issuedOn, HteRecognition type = HteRecognition.First) => new()
    {
        CertNo = number,
        Uscc = firm.Uscc,
        NameAtIssue = firm.Name,
        IssuedOn = issuedOn,
        ValidTo = DateOnly.Parse(issuedOn, System.Globalization.CultureInfo.InvariantCulture).AddYears(3).AddDays(-1)
            .ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        RecognitionType = type,
    };

    private static async Task PushUnitsAsync(TestHub hub)
    {
        var city = await hub.CityAsync();
        await city.PushAsync(TestHub.City, new ReportingUnit { UnitId = Daye, Name = "大冶市", Divisions = { Daye } }, Start);
        await city.PushAsync(TestHub.City, new ReportingUnit { UnitId = Xialu, Name = "下陆区", Divisions = { Xialu } }, Start);
    }
}
