using HubExchange.Contracts.Entities;
using HubExchange.Simulator.Faults;
using HubExchange.Simulator.Systems;

namespace HubExchange.Simulator.Generation;

/// <summary>The records of a whole city, as its nodes push them. Names, codes and people are invented; places are those of the reference data.</summary>
public sealed class City
{
    /// <summary>What others name comes before them; types not listed follow in the order of their ids.</summary>
    private static readonly string[] First =
    [
        "enterprise.organization", "talent.talent", "talent.team", "platform.rd_institution", "enterprise.carrier", "technology.tech_contract",
        "technology.tech_demand", "technology.rd_project", "technology.achievement",
    ];

    private City(CityOptions options, IReadOnlyList<NodeRecords> nodes)
    {
        Options = options;
        Nodes = nodes;
    }

    /// <summary>What was asked for.</summary>
    public CityOptions Options { get; }

    /// <summary>Every node with what it pushes.</summary>
    public IReadOnlyList<NodeRecords> Nodes { get; }

    /// <summary>Number of records of all nodes, the faulty ones included.</summary>
    public int Count => Nodes.Sum(node => node.Records.Count);

    /// <summary>Types that are not generated, because the reference files hold all of their records.</summary>
    public static IReadOnlyList<string> ReferenceTypes { get; } =
    [
        "hub.node", "mechanism.indicator_definition", "mechanism.indicator_target",
        "mechanism.reporting_duty", "mechanism.working_calendar", "region.division", "region.layout", "region.reporting_unit", "region.zone",
    ];

    /// <summary>Generates a city. Deterministic: equal options give byte-identical records in the same order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static City Generate(CityOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.EnsureValid();

        var draft = new CityDraft(options);
        new OrganizationGenerator(draft).Generate();
        var carriers = new CarrierGenerator(draft);
        carriers.GenerateCarriers();
        new CertificateGenerator(draft).Generate();
        new EnterpriseGenerator(draft).Generate();
        var platform = new PlatformGenerator(draft);
        platform.GenerateBodies();
        platform.GenerateRest();
        new TalentGenerator(draft).Generate();
        carriers.GenerateTenants();
        new ContractGenerator(draft).Generate();
        new TechnologyGenerator(draft).Generate();
        new RegionGenerator(draft).Generate();
        new FinanceGenerator(draft).Generate();
        new MechanismGenerator(draft).Generate();
        new FigureGenerator(draft).Generate();

        var injector = new FaultInjector(options, draft.Random("fault"));
        return new City(options, [.. draft.Nodes().Select(Ordered).Select(injector.Inject)]);
    }

    private static NodeRecords Ordered(NodeRecords node) => node with { Records = [.. node.Records.OrderBy(record => RankOf(record.Type)).ThenBy(record => record.Type.Id, StringComparer.Ordinal)] };

    private static int RankOf(EntityType type)
    {
        var rank = Array.IndexOf(First, type.Id);
        return rank < 0 ? First.Length : rank;
    }
}
