using Google.Protobuf;
using HubExchange.Contracts.Entities;

namespace HubExchange.Simulator.Generation;

/// <summary>The city while it is being generated: what later parts need to know of earlier ones, and the records of each node.</summary>
internal sealed class CityDraft(CityOptions options)
{
    private readonly Dictionary<string, List<GeneratedRecord>> _byNode = CityNodes.All.ToDictionary(node => node, _ => new List<GeneratedRecord>());

    public int Year => options.Year;

    public long Seed => options.Seed;

    /// <summary>Firms and co-operatives, in the order of their codes.</summary>
    public List<Firm> Firms { get; } = [];

    /// <summary>Enterprises that exist at the end of the year: only they are certified, registered and funded.</summary>
    public List<Firm> Enterprises { get; } = [];

    /// <summary>Universities and research institutes.</summary>
    public List<Firm> Institutes { get; } = [];

    /// <summary>Banks and the fund manager.</summary>
    public List<Firm> Banks { get; } = [];

    /// <summary>People, by pseudonym.</summary>
    public List<Person> People { get; } = [];

    /// <summary>R&amp;D bodies of this city, without those of the reference data.</summary>
    public List<Body> Bodies { get; } = [];

    /// <summary>Ids of innovation teams with their hosts.</summary>
    public List<(string TeamId, Firm Host)> Teams { get; } = [];

    /// <summary>Ids of carriers with the unit they stand in.</summary>
    public List<(string CarrierId, Unit Unit)> Carriers { get; } = [];

    /// <summary>Firms with a certificate valid at the end of the year, with its number.</summary>
    public List<(Firm Firm, string CertNo)> Certified { get; } = [];

    /// <summary>Registered contracts with their sellers.</summary>
    public List<(string RegistrationNo, Firm Seller)> Contracts { get; } = [];

    /// <summary>Achievements with their owners.</summary>
    public List<(string RegistrationNo, string Title, Firm Owner)> Achievements { get; } = [];

    /// <summary>R&amp;D projects with their leading firms.</summary>
    public List<(string ProjectId, Firm Lead)> Projects { get; } = [];

    /// <summary>What the records add up to, for the figures the units declare.</summary>
    public Tally Tally { get; } = new();

    public Prng Random(string purpose) => Prng.Of(options.Seed, purpose);

    /// <summary>A number of the city of scale 1, at this scale. At least 1, so that every type occurs.</summary>
    public int Scaled(int count) => Math.Max(1, (int)Math.Round(count * options.Scale, MidpointRounding.AwayFromZero));

    public void Add(string node, IMessage record) =>
        _byNode[node].Add(new GeneratedRecord(CityEntityTypes.All.Find(record.Descriptor)!, record, null));

    /// <summary>The records of every node in the order they were added.</summary>
    public IEnumerable<NodeRecords> Nodes() => CityNodes.All.Select(node => new NodeRecords(node, _byNode[node]));
}
