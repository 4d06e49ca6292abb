using Google.Protobuf.WellKnownTypes;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Region.V1;
using HubExchange.Testing;
using HubExchange.V1;
using Npgsql;
using Level = HubExchange.Region.V1.Level;

namespace HubExchange.Server.Tests.Layouts;

/// <summary>Counts that are kept and brought up to date by the feed are those of a recount, whatever happened in between.</summary>
public sealed class KeptCountsTests(SharedCluster cluster)
{
    private const int Steps = 60;
    private const string Organizations = "enterprise.organization";

    private static readonly string[] Zones = ["420281-Z001", "420205-Z002", "420281-P001", "420281-P002"];
    private static readonly string[] Units = ["420281", "420203", "XG"];
    private static readonly string[] Divisions = ["420281", "420281104", "420203"];

    private readonly Random _random = new(34);
    private readonly List<string> _uscc = [.. Enumerable.Range(0, 25).Select(_ => Make.Uscc())];

    [Fact]
    public async Task CountsAfterRandomHistories_AreThoseOfARecount()
    {
        await using var hub = await StartAsync(await cluster.Cluster.CreateDatabaseAsync());
        var bureau = await hub.PersonAsync("bureau");
        var texts = new HashSet<string>();
        for (var step = 0; step < Steps; step++)
        {
            for (var i = _random.Next(1, 4); i > 0; i--)
            {
                await ChangeAsync(hub);
            }

            await CompareAsync(bureau, $"step {step}");
            texts.Add((await bureau.GetLayoutAsync()).ToString());
        }

        // Or nothing moved.
        Assert.True(texts.Count > Steps / 2, $"{texts.Count} different layouts");
    }

    [Fact]
    public async Task AggregateWhileRecordsArrive_IsThatOfItsInstant()
    {
        await using var hub = await StartAsync(await cluster.Cluster.CreateDatabaseAsync());
        var bureau = await hub.PersonAsync("bureau");
        var writing = Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            for (var i = 0; i < 40; i++)
            {
                await ChangeAsync(hub);
            }
        }));
        var answers = new List<AggregateRecordsResponse>();
        while (!writing.IsCompleted)
        {
            answers.Add(await bureau.AggregateAsync(ByPlace(null)));
        }

        await writing;
        foreach (var answer in answers)
        {
            var again = await bureau.AggregateAsync(ByPlace(answer.RecordedAsOf));
            Assert.Equal(RowsOf(again), RowsOf(answer));
        }

        Assert.True(answers.Select(answer => string.Join('\n', RowsOf(answer))).Distinct().Count() > 3);
    }

    [Fact]
    public async Task FeedThatLacksWhatWasMissed_LeadsToARecount()
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();
        await using var hub = await StartAsync(database);
        var bureau = await hub.PersonAsync("bureau");
        await ChangeAsync(hub);
        await CompareAsync(bureau, "before");
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();

        for (var i = 0; i < 10; i++)
        {
            await ChangeAsync(hub);
        }

        await using var command = new NpgsqlCommand("delete from hub.change where position % 2 = 0", connection);
        Assert.True(await command.ExecuteNonQueryAsync() > 3);
        await CompareAsync(bureau, "after");
    }

    private static AggregateRecordsRequest ByPlace(Timestamp? instant) => new()
    {
        Type = Organizations,
        Groups = { "@unit", "@zone", "@division(9)" },
        PageSize = 500,
        RecordedAsOf = instant,
    };

    private static List<string> RowsOf(AggregateRecordsResponse answer) =>
        [.. answer.Rows.Prepend(answer.Total).Select(row => $"{string.Join(' ', row.Groups.Select(group => group.Value))} {row.Values[0].Value}")];

    // A layout as of now is counted from the records.
    private static async Task CompareAsync(HubClient bureau, string context)
    {
        foreach (var id in new[] { "four", "named" })
        {
            var kept = await bureau.GetLayoutAsync(id);
            var counted = await bureau.GetLayoutAsync(id, DateTimeOffset.UtcNow, null);
            Assert.Equal($"{context}: {counted}", $"{context}: {kept}");
        }

        Assert.Equal(
            RowsOf(await bureau.AggregateAsync(ByPlace(Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow)))).Prepend(context),
            RowsOf(await bureau.AggregateAsync(ByPlace(null))).Prepend(context));
    }

    private async Task ChangeAsync(TestHub hub)
    {
        var (node, kind) = _random.Next(3) == 0 ? (TestHub.Zone, NodeKind.Zone) : (TestHub.Daye, NodeKind.County);
        var client = await hub.NodeAsync(node, kind);
        switch (_random.Next(9))
        {
            case 0:
                await client.DeleteAsync<Organization>(node, Pick(_uscc));
                break;
            case 1 or 2 or 3:
                await client.PushAsync(node, Enumerable.Range(0, _random.Next(1, 5)).Select(_ => Organization()));
                break;
            case 4:
                await client.PushAsync(node, Organization(), $"2021-0{_random.Next(1, 9)}-01");
                break;
            case 5 or 6:
                await client.PushAsync(node, Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Certificate()));
                break;
            case 7:
                await client.DeleteAsync<HteCertificate>(node, Certificate().CertNo);
                break;
            default:
                var city = await hub.CityAsync();
                await (_random.Next(3) == 0
                    ? city.PushAsync(TestHub.City, Unit("XG", Pick(["420281104", "420281105", "420203"])))
                    : city.PushAsync(TestHub.City, Zone("420281-P002", Pick(Zones[..2]))));
                break;
        }
    }

    private Organization Organization()
    {
        var organization = Make.Organization(Pick(_uscc));
        organization.OperatingDivision = Pick(Divisions);
        organization.ReportingUnit = Pick(Units);
        organization.ZoneIds.Add(Zones.Where(_ => _random.Next(4) == 0));
        return organization;
    }

    private HteCertificate Certificate() => new((HteCertificate)RecordSamples.Full(CityEntityTypes.All.Of<HteCertificate>()))
    {
        CertNo = $"GR2021429000{_random.Next(10, 40)}",
        Uscc = Pick(_uscc),
    };

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    private static Zone Zone(string id, string parent) => new()
    {
        ZoneId = id,
        Name = id,
        ZoneClass = parent.Length == 0 ? ZoneClass.Htz : ZoneClass.Sip,
        Level = Level.Provincial,
        HostDivision = "420281",
        ParentZoneId = parent,
    };

    private static ReportingUnit Unit(string id, params string[] divisions) => new() { UnitId = id, Name = $"单位{id}", Divisions = { divisions } };

    private static async Task<TestHub> StartAsync(string database)
    {
        var hub = await TestHub.StartAsync(database);
        var city = await hub.CityAsync();
        await city.PushAsync<Zone>(
            TestHub.City, Zone(Zones[0], ""), Zone(Zones[1], ""), Zone(Zones[2], Zones[0]), Zone(Zones[3], Zones[0]));
        await city.PushAsync(TestHub.City, Unit("420281", "420281"), Unit("420203", "420203"), Unit("XG", "420281104"));
        await city.PushAsync(
            TestHub.City,
            Layout("four", true, ("HTZ", [Zones[0], Zones[1]])),
            Layout("named", false, ("A", [Zones[0]]), ("B", [Zones[1]]), ("C", [Zones[2]])));
        return hub;
    }

    private static LayoutDefinition Layout(string id, bool isDefault, params (string Id, string[] Zones)[] groups)
    {
        var layout = new LayoutDefinition { LayoutId = id, Name = id, IsDefault = isDefault, ValidFrom = "2021-01-01", ParkIds = { "420281-P001" } };
        layout.ReportingUnits.Add(Units);
        layout.Zones.Add(groups.Select(group => new LayoutGroup { Id = group.Id, Name = group.Id, ZoneIds = { group.Zones } }));
        return layout;
    }
}
