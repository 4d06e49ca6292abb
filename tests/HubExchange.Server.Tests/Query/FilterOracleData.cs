using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Sample.V1;
using HubExchange.Testing;
using HubExchange.V1;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Server.Tests.Query;

/// <summary>A hub filled with random records of the sample types, some reported by two nodes, some referred to that are not there.</summary>
public sealed class FilterOracleData(SharedCluster cluster) : IAsyncLifetime
{
    internal const string Other = "ND-420222";

    internal static readonly EntityTypes Types = EntityTypes.From(
        [.. CityEntityTypes.All.All.Select(type => type.Message.File).Distinct(), OracleReflection.Descriptor]);

    private readonly Random _random = new(20261123);
    private readonly List<string> _usccs = [];

    public TestHub Hub { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Hub = await TestHub.StartAsync(await cluster.Cluster.CreateDatabaseAsync(), Types);
        var daye = await Hub.NodeAsync(TestHub.Daye);
        var other = await Hub.NodeAsync(Other);
        var organizations = Enumerable.Range(0, 12).Select(_ => Organization()).ToList();
        _usccs.AddRange(organizations.Select(organization => organization.Uscc));
        await PushAsync(daye, TestHub.Daye, organizations);
        await PushAsync(daye, TestHub.Daye, Enumerable.Range(0, 12).Select(i => Target($"T-{i}")));
        await PushAsync(other, Other, Enumerable.Range(8, 12).Select(i => Target($"T-{i}")));
        await PushAsync(daye, TestHub.Daye, Enumerable.Range(0, 50).Select(i => Case($"C-{i}")));
        await PushAsync(other, Other, Enumerable.Range(40, 30).Select(i => Case($"C-{i}")));
    }

    /// <summary>Everything a caller may see, as an unfiltered list shows it.</summary>
    internal static async Task<OracleWorld> WorldAsync(HubClient client, DateOnly today, string source = "")
    {
        var rows = await client.ListAsync<OracleCase>(pageSize: 1000, source: source).ToListAsync();
        var targets = await client.ListAsync<OracleTarget>(pageSize: 1000).ToListAsync();
        var organizations = await client.ListAsync<Organization>(pageSize: 1000).ToListAsync();
        return new OracleWorld(
            [.. rows.Select(row => new OracleRow(row.Envelope, row.Value))],
            targets.ToDictionary(target => target.Key, target => target.Value),
            organizations.ToDictionary(organization => organization.Key, organization => organization.Value),
            today);
    }

    public ValueTask DisposeAsync() => Hub.DisposeAsync();

    private static async Task PushAsync<T>(HubClient client, string node, IEnumerable<T> records)
        where T : IMessage<T>, new()
    {
        var response = await client.PushRecordsAsync(
            node, Types.Of<T>(), records.Select(record => new Change { Record = record.ToByteString() }));
        Assert.True(response.Counts.Quarantined == 0, response.Rejected.FirstOrDefault()?.ToString());
    }

    private OracleCase Case(string id)
    {
        var record = new OracleCase
        {
            CaseId = id,
            Name = Text(),
            Note = Text(),
            Plain = _random.Next(3),
            Ratio = Decimal(),
            MadeOn = Date(),
            EndedOn = Date(),
            PlainFlag = _random.Next(2) == 0,
            State = (OracleState)_random.Next(4),
            OtherState = (OracleState)_random.Next(4),
            TargetId = Maybe() ? $"T-{_random.Next(24)}" : "",
            Uscc = Maybe() ? _random.Next(6) == 0 ? Make.Uscc() : _usccs[_random.Next(_usccs.Count)] : "",
            Source = Text(),
            Secret = Maybe() ? $"secret{Word()}" : "",
            Unsearched = Text(),
        };
        if (Maybe())
        {
            record.Small = _random.Next(-3, 40);
        }

        if (Maybe())
        {
            record.Big = _random.Next(5) == 0 ? long.MaxValue : _random.Next(-100, 100);
        }

        if (Maybe())
        {
            record.Flag = _random.Next(2) == 0;
        }

        if (Maybe())
        {
            record.SeenAt = Timestamp.FromDateTime(new DateTime(2021, 6, 30, _random.Next(24), 0, 0, DateTimeKind.Utc).AddTicks(_random.Next(3) * 10));
        }

        if (Maybe())
        {
            record.Part = Part();
        }

        record.Words.Add(Several(Word));
        record.Numbers.Add(Several(() => _random.Next(5)));
        record.States.Add(Several(() => (OracleState)_random.Next(1, 4)));
        record.Days.Add(Several(() => Day()));
        record.TargetIds.Add(Several(() => $"T-{_random.Next(24)}").Distinct());
        record.Parts.Add(Several(Part));
        return record;
    }

    private OracleTarget Target(string id)
    {
        var record = new OracleTarget { TargetId = id, Name = Text(), OpenedOn = Date(), CaseId = $"C-{_random.Next(80)}" };
        if (Maybe())
        {
            record.Size = _random.Next(20);
        }

        record.Tags.Add(Several(Word));
        record.Parts.Add(Several(Part));
        return record;
    }

    private OraclePart Part()
    {
        var part = new OraclePart
        {
            Name = Text(),
            Count = _random.Next(3),
            Weight = Decimal(),
            TestedOn = Date(),
            State = (OracleState)_random.Next(4),
            Good = _random.Next(2) == 0,
            Unsearched = Text(),
            Secret = Maybe() ? $"secret{Word()}" : "",
        };
        if (Maybe())
        {
            part.PriceFen = _random.Next(200);
        }

        if (Maybe())
        {
            part.Maker = new OracleMaker { Name = Text() };
        }

        part.Tags.Add(Several(Word));
        return part;
    }

    private Organization Organization()
    {
        var organization = Make.Organization(name: Word());
        organization.StaffTotal = _random.Next(40);
        organization.EstablishedOn = Day();
        if (Maybe())
        {
            organization.ZoneIds.Add($"420281-Z00{_random.Next(1, 4)}");
        }
        else
        {
            organization.ClearStaffTotal();
        }

        return organization;
    }

    private bool Maybe() => _random.Next(3) > 0;

    private string Text() => Maybe() ? Word() : "";

    private string Word() => FilterOracleGenerator.Words[_random.Next(FilterOracleGenerator.Words.Length)];

    private string Date() => _random.Next(20) == 0 ? "2100-12-31" : Maybe() ? Day() : "";

    private string Day() => new DateOnly(2015, 1, 1).AddDays(_random.Next(4400)).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private string Decimal() => Maybe() ? (_random.Next(-20, 60) / 4m).ToString("0.##", System.Globalization.CultureInfo.InvariantCulture) : "";

    private List<T> Several<T>(Func<T> make) => [.. Enumerable.Range(0, _random.Next(4)).Select(_ => make())];
}
