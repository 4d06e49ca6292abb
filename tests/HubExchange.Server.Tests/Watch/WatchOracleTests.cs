using HubExchange.Client;
using HubExchange.Client.Watch;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Region.V1;
using HubExchange.Testing;
using HubExchange.V1;
using Level = HubExchange.Region.V1.Level;

namespace HubExchange.Server.Tests.Watch;

/// <summary>
/// A filtered watch is the filtered list and its changes: a hundred watches with random selections over random transactions, while hubs
/// come and go, each have in the end what the list has, and are told nothing twice.
/// </summary>
public sealed class WatchOracleTests(SharedCluster cluster)
{
    private const string Organizations = "enterprise.organization";
    private const string Startups = "enterprise.startup_record";
    private const string Zone = "420281-Z001";
    private const string Park = "420281-P002";
    private const int Watches = 100;
    private const int Rounds = 4;

    private static readonly string[] Nodes = [TestHub.Daye, "ND-420222"];
    private static readonly string[] Units = ["420281", "420222"];
    private static readonly string[] Industries = ["3921", "2631", "6510"];

    [Theory]
    [InlineData(1, 20_000)]
    [InlineData(2, 12)]
    public async Task RandomWatches_HaveWhatTheListHas_AcrossRestarts(int seed, int recent)
    {
        var random = new Random(seed);
        var hub = await StartAsync(recent);
        try
        {
            var usccs = Enumerable.Range(0, 25).Select(_ => Make.Uscc()).ToList();
            await ChangeAsync(hub, random, usccs, transactions: 10);
            var watches = Enumerable.Range(0, Watches).Select(_ => (Options: Selection(random), Copy: new Copy())).ToList();
            for (var round = 0; round < Rounds; round++)
            {
                // The transactions come while the watches follow, half of them in turn at rest.
                var target = new TaskCompletionSource<long>();
                var caller = await hub.PersonAsync("bureau");
                var following = watches.Where((_, i) => i % 2 == round % 2 || round == Rounds - 1)
                    .Select(watch => FollowAsync(watch.Copy, caller, watch.Options, target.Task)).ToList();
                await ChangeAsync(hub, random, usccs, transactions: 25);
                target.SetResult(await Feed.LastAsync(hub));
                await Task.WhenAll(following);
                if (round < Rounds - 1)
                {
                    hub = await hub.RestartAsync();
                }
            }

            var reader = await hub.PersonAsync("bureau");
            var divided = 0;
            foreach (var (options, copy) in watches)
            {
                var (wanted, all) = await ListAsync(reader, options);
                Assert.True(
                    wanted.SequenceEqual(copy.Content),
                    $"seed {seed}: {options}\nexpected {string.Join('\n', wanted)}\nfound    {string.Join('\n', copy.Content)}");
                divided += wanted.Count > 0 && wanted.Count < all ? 1 : 0;
                if (options.Zone.Length == 0 && options.ReportingUnit.Length == 0)
                {
                    Assert.Equal(copy.Events.Select(happened => happened.Position).Distinct(), copy.Events.Select(happened => happened.Position));
                }
            }

            // Selections of everything or nothing would prove little.
            Assert.True(divided > Watches / 3, $"{divided} selections divide the records.");
        }
        finally
        {
            await hub.DisposeAsync();
        }
    }

    // Follows until the end is known and reached; what comes before is applied as it comes.
    private static async Task FollowAsync(Copy copy, HubClient client, WatchOptions options, Task<long> target)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        await foreach (var batch in client.WatchAsync(options with { After = copy.Position, RestartsWithState = copy.Position is null }, limit.Token))
        {
            copy.Apply(batch, options.Source == "-");
            if (target.IsCompletedSuccessfully && copy.Position >= await target)
            {
                return;
            }
        }
    }

    // The places of records cannot be listed by, so they are worked out here.
    private static async Task<(List<string> Wanted, int All)> ListAsync(HubClient reader, WatchOptions options)
    {
        var type = options.Types[0];
        var query = new RecordQuery { Source = options.Source, PageSize = 1000 };
        var records = await reader.ListAsync(type, query with { Filter = options.Filter }).ToListAsync();
        var all = await reader.ListAsync(type, query).CountAsync();
        var organizations = await reader.ListAsync<Organization>(pageSize: 1000).ToDictionaryAsync(record => record.Key, record => record.Value);
        var placed = records.Where(record =>
        {
            var uscc = type == Organizations ? record.Payload.Unpack<Organization>().Uscc : record.Payload.Unpack<StartupRecord>().Uscc;
            var organization = type == Organizations ? record.Payload.Unpack<Organization>() : organizations.GetValueOrDefault(uscc);
            return (options.ReportingUnit.Length == 0 || organization?.ReportingUnit == options.ReportingUnit) &&
                (options.Zone.Length == 0 || organization?.ZoneIds.Any(zone => zone == options.Zone || (options.Zone == Zone && zone == Park)) == true);
        });
        return ([.. Copy.ContentOf(placed, options.Source == "-")], all);
    }

    private static WatchOptions Selection(Random random)
    {
        var isStartup = random.Next(3) == 0;
        string[] filters = isStartup
            ? ["", "definition_id = \"D1\"", "definition_id != \"D2\" AND hub_source:\"ND\"", "carrier_id:*"]
            :
            [
                "",
                $"reporting_unit = \"{Pick(random, Units)}\"",
                $"industry_code IN (\"{Pick(random, Industries)}\", \"{Pick(random, Industries)}\")",
                $"contains(name, \"{random.Next(4)}\")",
                $"staff_total > {random.Next(100)}",
                $"NOT (staff_total > {random.Next(100)} OR industry_code = \"{Pick(random, Industries)}\")",
                $"staff_total:* AND source = \"{Pick(random, Nodes)}\"",
                $"zone_ids:\"{Park}\"",
            ];
        var place = random.Next(4);
        return new WatchOptions
        {
            Types = [isStartup ? Startups : Organizations],
            Filter = Pick(random, filters),
            ReportingUnit = place == 1 ? Pick(random, Units) : "",
            Zone = place == 2 ? Pick(random, [Zone, Park]) : "",
            Source = random.Next(4) switch { 0 => "-", 1 => Pick(random, Nodes), _ => "" },
            Start = WatchStart.State,
            MinPause = TimeSpan.FromMilliseconds(10),
        };
    }

    private static async Task ChangeAsync(TestHub hub, Random random, List<string> usccs, int transactions)
    {
        for (var i = 0; i < transactions; i++)
        {
            var node = Pick(random, Nodes);
            var client = await hub.NodeAsync(node);
            var chosen = usccs.Where(_ => random.Next(5) == 0).Append(usccs[random.Next(usccs.Count)]).Distinct().ToList();
            if (random.Next(3) == 0)
            {
                var startups = chosen.Select(uscc => new StartupRecord
                {
                    Uscc = uscc,
                    RecognisedOn = "2024-01-01",
                    DefinitionId = $"D{random.Next(1, 4)}",
                    CarrierId = random.Next(2) == 0 ? "C1" : "",
                    Source = $"{random.Next(3)}",
                });
                Assert.Empty((await client.PushAsync(node, startups)).Rejected);
            }
            else if (random.Next(5) == 0)
            {
                var type = CityEntityTypes.All.Of<Organization>();
                await client.PushRecordsAsync(node, type, chosen.Select(uscc => new Change { Delete = uscc }));
            }
            else if (random.Next(6) == 0)
            {
                // Belongs to the history: no watch is told of it unless it changes what is consolidated.
                await client.PushAsync(node, Organization(random, chosen[0]), "2020-01-01");
            }
            else
            {
                Assert.Empty((await client.PushAsync(node, chosen.Select(uscc => Organization(random, uscc)))).Rejected);
            }
        }
    }

    private static Organization Organization(Random random, string uscc)
    {
        var organization = Make.Organization(uscc, $"样例{random.Next(8)}");
        organization.ReportingUnit = Pick(random, Units);
        organization.IndustryCode = Pick(random, Industries);
        if (random.Next(3) > 0)
        {
            organization.StaffTotal = random.Next(100);
        }

        if (random.Next(3) > 0)
        {
            organization.ZoneIds.Add(Pick(random, [Zone, Park]));
        }

        return organization;
    }

    private async Task<TestHub> StartAsync(int recent)
    {
        var hub = await TestHub.StartAsync(
            cluster.Cluster, "--Watch:BookmarkPeriod=00:00:00.100", "--Feed:PageSize=20", $"--Feed:RecentEntries={recent}");
        var city = await hub.CityAsync();
        Assert.Empty((await city.PushAsync(TestHub.City, NewZone(Zone, ""), NewZone(Park, Zone))).Rejected);
        await city.PushAsync(
            TestHub.City, Units.Select(unit => new ReportingUnit { UnitId = unit, Name = unit, Divisions = { unit } }));
        return hub;
    }

    private static Region.V1.Zone NewZone(string id, string parent) => new()
    {
        ZoneId = id,
        Name = id,
        ZoneClass = parent.Length == 0 ? ZoneClass.Htz : ZoneClass.Sip,
        Level = Level.City,
        ParentZoneId = parent,
        HostDivision = id[..6],
        HostDivisions = { new HostDivision { Division = id[..6], Primary = true } },
        LayoutRole = parent.Length == 0 ? LayoutRole.Zone : LayoutRole.Park,
        State = ZoneState.Operating,
    };

    private static string Pick(Random random, string[] values) => values[random.Next(values.Length)];
}
