using System.Globalization;
using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Region.V1;
using HubExchange.Testing;
using HubExchange.V1;
using Level = HubExchange.Region.V1.Level;

namespace HubExchange.Server.Tests.Query.Aggregation;

/// <summary>
/// A hub with a small city that changes in steps: organisations move, certificates come and go, a park changes its zone, some of it
/// reported late and back-dated. The model learns the same.
/// </summary>
public sealed class RandomCity(SharedCluster cluster) : IAsyncLifetime
{
    public const string Organizations = "enterprise.organization";
    public const string Certificates = "enterprise.hte_certificate";
    public const string ZoneType = "region.zone";
    private const int Steps = 8;

    private static readonly DateOnly Start = new(2020, 1, 1);

    // Parent and host of each; the second part of the array is what the zones are later.
    private static readonly (string Id, string Parent, string Host, ZoneClass Class)[] ZoneList =
    [
        ("420281-Z001", "", "420281", ZoneClass.Htz), ("420205-Z002", "", "420205", ZoneClass.Htz),
        ("420203-Z004", "420205-Z002", "420203", ZoneClass.Inz), ("420281-P001", "420281-Z001", "420281104", ZoneClass.Sip),
        ("420281-P002", "420281-P001", "420281104", ZoneClass.Sip), ("420222-Z003", "", "420222451", ZoneClass.Agz),
    ];

    private static readonly string[] Industries = ["3211", "3921", "7320"];
    private static readonly string[] UnitIds = ["420281", "420203", "XG"];
    private static readonly string[] Divisions = ["420281", "420281104", "420203", "420222451"];
    private readonly Random _random = new(20211123);
    private readonly List<string> _uscc = [.. Enumerable.Range(0, 30).Select(_ => Make.Uscc())];
    private int _version;

    public TestHub Hub { get; private set; } = null!;

    internal ModelCity Model { get; } = new();

    /// <summary>Instants between the steps: what the hub knew after each.</summary>
    public List<DateTime> Instants { get; } = [];

    public async ValueTask InitializeAsync()
    {
        Hub = await TestHub.StartAsync(cluster.Cluster);
        Model.Types[Organizations] = new();
        Model.Types[Certificates] = new();
        Model.Types[ZoneType] = new();
        foreach (var (division, unit) in new[] { ("420281", "420281"), ("420203", "420203"), ("420281104", "XG"), ("420222", "XG") })
        {
            Model.Units[division] = unit;
        }

        await PushAsync(TestHub.City, UnitIds.Select(id => new ReportingUnit
        {
            UnitId = id,
            Name = $"单位{id}",
            Divisions = { Model.Units.Where(pair => pair.Value == id).Select(pair => pair.Key) },
        }).Select(unit => (unit, Start)));
        await PushAsync(TestHub.City, ZoneList.Select(zone => (Zone(zone.Id, zone.Parent, zone.Host, zone.Class, Start, 0), Start)));
        await PushLayoutsAsync();

        for (var step = 0; step < Steps; step++)
        {
            await PushAsync(TestHub.Daye, Pick(_uscc, 14).Select(uscc => Organization(uscc, step)));
            await PushAsync(TestHub.Daye, Enumerable.Range(0, 60).OrderBy(_ => _random.Next()).Take(20).Select(number => Certificate(number, step)));
            if (step == 3)
            {
                // The park moves, reported late.
                var moved = new DateOnly(2021, 6, 1);
                await PushAsync(TestHub.City, [(Zone("420281-P001", "420205-Z002", "420281104", ZoneClass.Sip, moved, step), moved)]);
            }

            if (step > 1)
            {
                await DeleteAsync(_uscc[_random.Next(_uscc.Count)], step);
            }

            Instants.Add(DateTime.UtcNow);
        }
    }

    public ValueTask DisposeAsync() => Hub.DisposeAsync();

    private List<T> Pick<T>(IReadOnlyList<T> list, int count) => [.. list.OrderBy(_ => _random.Next()).Take(count)];

    private DateOnly RandomDay() => Start.AddDays(_random.Next(0, 900));

    private (Organization Record, DateOnly Effective) Organization(string uscc, int step)
    {
        var record = Make.Organization(uscc, string.Create(CultureInfo.InvariantCulture, $"企业{++_version}"));
        record.ReportingUnit = UnitIds[_random.Next(UnitIds.Length)];
        record.OperatingDivision = Divisions[_random.Next(Divisions.Length)];
        record.IndustryCode = _random.Next(4) == 0 ? "" : Industries[_random.Next(Industries.Length)];
        record.OrgKind = (OrganizationKind)_random.Next(1, 3);
        record.EstablishedOn = _random.Next(5) == 0 ? "" : Text(new DateOnly(2018, 1, 1).AddDays(_random.Next(900)));
        record.ZoneIds.Add(Pick(ZoneList, _random.Next(4)).Select(zone => zone.Id));
        if (_random.Next(4) > 0)
        {
            record.StaffTotal = _random.Next(0, 1000);
            record.RegisteredCapitalFen = _random.NextInt64(0, 9_000_000_000_000);
        }

        var effective = RandomDay();
        Model.Types[Organizations].Add(uscc, effective, step, new ModelRecord(uscc, new Dictionary<string, object?>
        {
            ["uscc"] = uscc,
            ["org_kind"] = record.OrgKind == OrganizationKind.Enterprise ? "ENTERPRISE" : "PUBLIC_INSTITUTION",
            ["industry_code"] = record.IndustryCode.Length > 0 ? record.IndustryCode : null,
            ["reporting_unit"] = record.ReportingUnit,
            ["established_on"] = record.EstablishedOn.Length > 0 ? Day(record.EstablishedOn) : null,
            ["staff_total"] = record.HasStaffTotal ? record.StaffTotal : null,
            ["registered_capital_fen"] = record.HasRegisteredCapitalFen ? record.RegisteredCapitalFen : null,
        })
        {
            Zones = [.. record.ZoneIds],
            Unit = record.ReportingUnit,
            Division = record.OperatingDivision,
        });
        return (record, effective);
    }

    private (HteCertificate Record, DateOnly Effective) Certificate(int number, int step)
    {
        var issued = new DateOnly(2018, 1, 1).AddDays(_random.Next(1200));
        var record = new HteCertificate
        {
            CertNo = string.Create(CultureInfo.InvariantCulture, $"GR202142{number:D6}"),
            Uscc = _random.Next(10) == 0 ? Make.Uscc() : _uscc[_random.Next(_uscc.Count)],
            NameAtIssue = string.Create(CultureInfo.InvariantCulture, $"企业{++_version}"),
            IssuedOn = Text(issued),
            ValidTo = Text(issued.AddYears(3).AddDays(-1)),
            RecognitionType = (HteRecognition)_random.Next(0, 3),
        };
        var effective = RandomDay();
        Model.Types[Certificates].Add(record.CertNo, effective, step, new ModelRecord(record.CertNo, new Dictionary<string, object?>
        {
            ["uscc"] = record.Uscc,
            ["issued_on"] = issued,
            ["valid_to"] = Day(record.ValidTo),
            ["recognition_type"] = record.RecognitionType switch
            {
                HteRecognition.First => "FIRST",
                HteRecognition.Again => "AGAIN",
                _ => null,
            },
        })
        { Organization = record.Uscc });
        return (record, effective);
    }

    private Zone Zone(string id, string parent, string host, ZoneClass zoneClass, DateOnly effective, int step)
    {
        Model.Zones.Add(id, effective, step, new ModelZone(id, parent));
        Model.Types[ZoneType].Add(
            id,
            effective,
            step,
            new ModelRecord(id, new Dictionary<string, object?>
            {
                ["zone_class"] = zoneClass.ToString().ToUpperInvariant(),
                ["parent_zone_id"] = parent.Length > 0 ? parent : null,
            })
            { Zones = [id], Division = host });
        return new Zone
        {
            ZoneId = id,
            Name = $"园区{id}",
            ZoneClass = zoneClass,
            Level = Level.City,
            ParentZoneId = parent,
            HostDivision = host,
            HostDivisions = { new HostDivision { Division = host, Primary = true } },
            LayoutRole = LayoutRole.Zone,
            State = ZoneState.Operating,
        };
    }

    private async Task PushLayoutsAsync()
    {
        ModelLayout[] layouts =
        [
            new("four", "2020-01-01", "2021-12-31",
                new Dictionary<string, string[]> { ["HTZ"] = ["420281-Z001", "420205-Z002"], ["INZ"] = ["420203-Z004"], ["AGZ"] = ["420222-Z003"] },
                ["420281-P001", "420281-P002"]),
            new("named", "2022-01-01", "",
                new Dictionary<string, string[]> { ["DYH"] = ["420281-Z001"], ["HSGX"] = ["420205-Z002"] },
                ["420281-P002"]),
        ];
        await PushAsync(TestHub.City, layouts.Select(layout =>
        {
            Model.Layouts.Add(layout.Id, Start, 0, layout);
            return (new LayoutDefinition
            {
                LayoutId = layout.Id,
                Name = layout.Id,
                IsDefault = true,
                ValidFrom = layout.From,
                ValidTo = layout.To,
                Zones = { layout.Zones.Select(zone => new LayoutGroup { Id = zone.Key, Name = $"区{zone.Key}", ZoneIds = { zone.Value } }) },
                ParkIds = { layout.Parks },
                ReportingUnits = { UnitIds },
            }, Start);
        }));
    }

    private async Task DeleteAsync(string uscc, int step)
    {
        if (Model.Types[Organizations].LatestOf(uscc) is not { } latest)
        {
            return;
        }

        var effective = latest.AddDays(_random.Next(30));
        var client = await Hub.NodeAsync(TestHub.Daye);
        var response = await client.PushRecordsAsync(
            TestHub.Daye, CityEntityTypes.All.Of<Organization>(), [new Change { Delete = uscc, EffectiveFrom = Text(effective) }]);

        // Deleting what is deleted already leaves no version.
        if (response.Counts.Deleted > 0)
        {
            Model.Types[Organizations].Add(uscc, effective, step, null);
        }
    }

    private async Task PushAsync<T>(string node, IEnumerable<(T Record, DateOnly Effective)> records)
        where T : IMessage<T>, new()
    {
        var client = node == TestHub.City ? await Hub.CityAsync() : await Hub.NodeAsync(node);
        var response = await client.PushRecordsAsync(
            node,
            CityEntityTypes.All.Of<T>(),
            records.Select(pushed => new Change { Record = pushed.Record.ToByteString(), EffectiveFrom = Text(pushed.Effective) }));
        Assert.Empty(response.Rejected);
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
