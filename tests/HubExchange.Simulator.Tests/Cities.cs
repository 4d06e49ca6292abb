using Google.Protobuf;
using HubExchange.Client.Files;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Validation;
using HubExchange.Region.V1;
using HubExchange.Simulator.Generation;

namespace HubExchange.Simulator.Tests;

/// <summary>The city of scale 1, generated once, and the reference data it stands on.</summary>
internal static class Cities
{
    private static readonly Lazy<City> Generated = new(() => City.Generate(new CityOptions()));
    private static readonly Lazy<RecordValidator> Judge = new(() => new RecordValidator(new DivisionList(
        Reference<Division>().Select(division => new DivisionEntry(
            division.DivisionCode, division.Name, division.Kind == DivisionKind.Placeholder)))));

    public static City Whole => Generated.Value;

    public static RecordValidator Validator => Judge.Value;

    public static IEnumerable<GeneratedRecord> Records => Whole.Nodes.SelectMany(node => node.Records);

    public static IEnumerable<GeneratedRecord> Clean => Records.Where(record => record.ExpectedRule is null);

    public static IEnumerable<T> Of<T>() where T : IMessage<T> => Clean.Select(record => record.Record).OfType<T>();

    public static IEnumerable<T> Reference<T>() where T : IMessage<T>, new()
    {
        var type = CityEntityTypes.All.Of<T>();
        return ReferenceRecords(type).Cast<T>();
    }

    /// <summary>Records of a type in the reference files; none when there is no such file.</summary>
    public static IReadOnlyList<IMessage> ReferenceRecords(EntityType type)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "huangshi");
        return [.. Directory.GetFiles(folder, type.Id + ".*").SelectMany(file => RecordFile.Open(file, type).ReadRows()).Select(row =>
        {
            Assert.Empty(row.Problems);
            return row.Record!;
        })];
    }

    public static List<string> Errors(GeneratedRecord record) =>
        [.. Validator.Validate(record.Type, record.Record)
            .Where(violation => violation.Severity == V1.Severity.Error)
            .Select(violation => violation.Rule)
            .Distinct()];
}
