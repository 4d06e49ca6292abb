using HubExchange.Contracts.Entities;
using HubExchange.Region.V1;
using HubExchange.Server.Query.Places;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Query.Aggregation;

/// <summary>Names in Chinese of the values of groups: codes and places.</summary>
internal sealed class GroupNames
{
    private readonly Dictionary<string, string> _divisions = [];
    private readonly PlaceBook? _book;
    private readonly LayoutDefinition? _layout;

    private GroupNames(PlaceBook? book, LayoutDefinition? layout) => (_book, _layout) = (book, layout);

    /// <summary>Reads the names that the rows need.</summary>
    public static async Task<GroupNames> ReadAsync(
        AggregatePlan plan,
        IReadOnlyList<CellRow> rows,
        PlaceBook? book,
        LayoutDefinition? layout,
        HubStorage storage,
        EntityTypes types,
        NpgsqlConnection connection,
        ReadTime time,
        CancellationToken cancellationToken)
    {
        var names = new GroupNames(book, layout);
        var codes = plan.Groups
            .Where(group => group.Kind == GroupKind.Division)
            .SelectMany(group => rows.Select(row => row.Groups[group.Index]))
            .OfType<string>()
            .ToHashSet();
        if (codes.Count == 0)
        {
            return names;
        }

        await using var command = new NpgsqlCommand { Connection = connection };
        var divisions = new RecordRows(storage, time, command.Parameters);
        var keys = $"= any({command.Parameters.Use(codes.ToArray())}::text[])";
        command.CommandText = $"select r.hub_key, r.name from {divisions.From(types.Of<Division>(), ["hub_key", "name"], keys: keys)} r";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            names._divisions[reader.GetString(0)] = reader.IsDBNull(1) ? "" : reader.GetString(1);
        }

        return names;
    }

    /// <summary>Name of a value; empty when it has none.</summary>
    public string Of(GroupPlan group, string value) => group.Kind switch
    {
        GroupKind.Unit => NameOr(_book!.NameOfUnit(value), value),
        GroupKind.Division => _divisions.GetValueOrDefault(value, ""),
        GroupKind.Zone => _layout!.Zones.First(zone => zone.Id == value).Name,
        GroupKind.Park or GroupKind.Place => _book!.Zones.Find(value)?.Name ?? "",
        GroupKind.Field or GroupKind.OrganizationField => group.Field!.Codes?.Find(value)?.Label ?? "",
        _ => "",
    };

    private static string NameOr(string name, string id) => name == id ? "" : name;
}
