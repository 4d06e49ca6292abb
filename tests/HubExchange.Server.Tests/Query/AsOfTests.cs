using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Query;

/// <summary>Reads as of a moment agree with a model that knows nothing of tables: late and back-dated changes, deletions, several sources.</summary>
public sealed class AsOfTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    private const int Keys = 400;
    private const int Rounds = 9;
    private const int Reads = 120;

    private static readonly string[] Nodes = ["ND-420222", TestHub.Daye, TestHub.Zone];
    private static readonly DateOnly FirstDay = new(2021, 1, 1);

    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 1)]
    public async Task RandomHistories_AgreeWithTheModel_AtRandomMoments(int seed, int copyFrom)
    {
        await using var hub = await TestHub.StartAsync(fixture.Cluster, $"--Ingestion:CopyFrom={copyFrom}");
        var random = new Random(seed);
        var clients = new Dictionary<string, HubClient>();
        foreach (var node in Nodes)
        {
            clients[node] = await hub.NodeAsync(node, node == TestHub.Zone ? NodeKind.Zone : NodeKind.County);
        }

        var keys = Enumerable.Range(0, Keys).Select(_ => Make.Uscc()).ToArray();
        var models = keys.ToDictionary(key => key, _ => new BitemporalModel(Nodes));
        var times = new List<DateTimeOffset>();
        for (var push = 0; push < Rounds * Nodes.Length; push++)
        {
            var node = Nodes[push % Nodes.Length];
            var changes = new List<Change>();
            foreach (var key in keys.Where((_, number) => random.Next(number % 3 == 0 ? 2 : 3) == 0 && (number % 4 > 0 || node == TestHub.Daye)))
            {
                var said = Say(random, push);
                models[key].Say(node, said);
                changes.Add(ChangeOf(key, said));
            }

            var response = await clients[node].PushRecordsAsync(node, CityEntityTypes.All.Of<Organization>(), changes);
            Assert.Equal(0, response.Counts.Quarantined);
            times.Add(DateTimeOffset.UtcNow);
        }

        var bureau = await hub.PersonAsync("bureau");
        for (var read = 0; read < Reads; read++)
        {
            var push = random.Next(4) == 0 ? times.Count - 1 : random.Next(times.Count);
            var day = FirstDay.AddDays(random.Next(-1, 15));
            var source = random.Next(3) switch { 0 => "", 1 => "-", _ => Nodes[random.Next(Nodes.Length)] };
            var hasDay = random.Next(5) > 0;
            var view = new RecordQuery
            {
                PageSize = 1000,
                Source = source,
                RecordedAsOf = push == times.Count - 1 && random.Next(2) == 0 ? null : times[push],
                EffectiveOn = hasDay ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "",
            };
            var on = hasDay ? day : DateOnly.MaxValue;
            var shown = new HashSet<(string, ShownVersion)>();
            await foreach (var record in bureau.ListAsync<Organization>(view))
            {
                shown.Add((record.Key, new ShownVersion(record.Source, record.Value.Name, record.Value.HasStaffTotal ? record.Value.StaffTotal : null)));
            }

            var expected = keys.SelectMany(key => Expected(models[key], source, push, on).Select(version => (key, version))).ToHashSet();
            var wrong = expected.Except(shown).Select(item => $"missing {item}").Concat(shown.Except(expected).Select(item => $"shown {item}")).Take(6).ToList();
            Assert.True(wrong.Count == 0, $"seed {seed}, read {read}: {view}, push {push}:\n{string.Join('\n', wrong)}");

            if (source.Length == 0)
            {
                await TotalAgreesAsync(bureau, view, [.. expected.Select(item => item.version)]);
            }

            if (source != "-")
            {
                await GetAgreesAsync(bureau, view, keys[random.Next(keys.Length)], key => Expected(models[key], source, push, on).SingleOrDefault());
            }
        }
    }

    private static async Task GetAgreesAsync(HubClient client, RecordQuery view, string key, Func<string, ShownVersion?> expected)
    {
        ShownVersion? shown = null;
        try
        {
            var record = await client.GetAsync<Organization>(key, view);
            shown = new ShownVersion(record.Source, record.Value.Name, record.Value.HasStaffTotal ? record.Value.StaffTotal : null);
        }
        catch (HubException e) when (e.Reason == ErrorReason.RecordNotFound)
        {
        }

        Assert.Equal(expected(key), shown);
    }

    // Aggregates find out beforehand which keys take a look at all versions.
    private static async Task TotalAgreesAsync(HubClient client, RecordQuery view, IReadOnlyCollection<ShownVersion> expected)
    {
        var answer = await client.AggregateAsync(new AggregateRecordsRequest
        {
            Type = "enterprise.organization",
            RecordedAsOf = view.RecordedAsOf is { } instant ? Timestamp.FromDateTimeOffset(instant) : null,
            EffectiveOn = view.EffectiveOn,
            Measures =
            {
                new Measure { Function = MeasureFunction.Count },
                new Measure { Function = MeasureFunction.Sum, Field = "staff_total" },
            },
        });
        var staff = expected.Where(version => version.Staff is not null).ToList();
        Assert.Equal(expected.Count.ToString(CultureInfo.InvariantCulture), answer.Total.Values[0].Value);
        Assert.Equal(staff.Count == 0 ? "" : staff.Sum(version => version.Staff!.Value).ToString(CultureInfo.InvariantCulture), answer.Total.Values[1].Value);
    }

    private static IEnumerable<ShownVersion> Expected(BitemporalModel model, string source, int push, DateOnly day) => source switch
    {
        "" => new[] { model.Consolidated(push, day) }.OfType<ShownVersion>(),
        "-" => Nodes.Select(node => model.Of(node, push, day)).OfType<ShownVersion>(),
        _ => new[] { model.Of(source, push, day) }.OfType<ShownVersion>(),
    };

    private static SaidVersion Say(Random random, int push)
    {
        var from = FirstDay.AddDays(random.Next(14));
        return random.Next(4) == 0
            ? new SaidVersion(push, from, null, null)
            : new SaidVersion(push, from, Pick("甲", "乙", "丙"), random.Next(3) == 0 ? null : random.Next(3));

        string Pick(params string[] names) => names[random.Next(names.Length)];
    }

    private static Change ChangeOf(string key, SaidVersion said)
    {
        var from = said.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (said.Name is null)
        {
            return new Change { Delete = key, EffectiveFrom = from };
        }

        var organization = Make.Organization(key, said.Name);
        if (said.Staff is { } staff)
        {
            organization.StaffTotal = staff;
        }

        return new Change { Record = organization.ToByteString(), EffectiveFrom = from };
    }
}
