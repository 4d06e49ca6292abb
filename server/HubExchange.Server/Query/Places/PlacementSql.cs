using System.Globalization;
using System.Text.Json;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Storage;

namespace HubExchange.Server.Query.Places;

/// <summary>
/// Says in SQL where records stand. A record stands where its own fields say; if its type is placed by an organisation, where that
/// organisation stands, read as of the same moment. Without a reporting unit of its own it stands in the unit that covers its division;
/// of several that do, the one with the longest code. One object serves one statement.
/// </summary>
/// <param name="types">Every type.</param>
/// <param name="rows">The moment, and where literals go.</param>
/// <param name="book">The places.</param>
/// <param name="organizations">A table with hub_key and <see cref="Columns"/> of the organisations of the moment; null to read them.</param>
internal sealed class PlacementSql(EntityTypes types, RecordRows rows, PlaceBook book, string? organizations = null)
{
    private const string NoZones = "'{}'::text[]";

    private string? _units;

    /// <summary>The type of the organisations that place others.</summary>
    /// <exception cref="InvalidOperationException">A type is placed by its organisation, but the hub has none.</exception>
    public EntityType Organization => types.Find(EntityTable.OrganizationType)
        ?? throw new InvalidOperationException($"Records are placed by organisations, but {EntityTable.OrganizationType} is not an entity type.");

    /// <summary>The field that names the organisation which places a record; null for a type that is placed otherwise or nowhere.</summary>
    public static string? OrganizationOf(EntityType type) =>
        type.Options.Placement is { Organization.Length: > 0 } placement ? placement.Organization : null;

    /// <summary>Columns of a record that its place follows from.</summary>
    public static IEnumerable<string> Columns(EntityType type) => type.Options.Placement is not { } placement
        ? []
        : new[] { placement.Organization, placement.Division, placement.Zones, placement.ReportingUnit }
            .Where(name => name.Length > 0)
            .Select(Quoted);

    /// <summary>The place of the rows of a type, whose FROM item has the alias <c>r</c> and at least <see cref="Columns"/>.</summary>
    /// <param name="type">Their type.</param>
    /// <param name="organizationColumns">Further columns of the organisation that are wanted, quoted; it has the alias <c>o</c>.</param>
    public Place Of(EntityType type, params IEnumerable<string> organizationColumns)
    {
        if (OrganizationOf(type) is not { } organization)
        {
            return Own(type, "r");
        }

        string[] columns = ["hub_key", .. Columns(Organization).Union(organizationColumns)];
        var place = Own(Organization, "o");
        return place with
        {
            Join = $"left join {organizations ?? rows.From(Organization, columns)} o on o.hub_key = r.{Quoted(organization)} {place.Join}",
        };
    }

    private Place Own(EntityType type, string alias)
    {
        if (type.Options.Placement is not { } placement)
        {
            return new Place(NoZones, "null::text", "null::text", "");
        }

        var zones = placement.Zones switch
        {
            "" => NoZones,
            var name when type.Find(name)!.IsList => $"coalesce({alias}.{Quoted(name)}, {NoZones})",
            var name => $"case when {alias}.{Quoted(name)} is null then {NoZones} else array[{alias}.{Quoted(name)}] end",
        };
        var division = placement.Division.Length == 0 ? "null::text" : $"{alias}.{Quoted(placement.Division)}";
        var unit = placement.ReportingUnit.Length == 0 ? null : $"{alias}.{Quoted(placement.ReportingUnit)}";
        if (placement.Division.Length == 0)
        {
            return new Place(zones, unit ?? "null::text", division, "");
        }

        var covering = Covering(division);
        return new Place(zones, unit is null ? covering : $"coalesce({unit}, {covering})", division, "");
    }

    // The unit of the longest code that the division begins with. Looked up only where a record does not say its unit itself.
    private string Covering(string division)
    {
        var units = book.UnitsByDivisionLength();
        if (units.Count == 0)
        {
            return "null::text";
        }

        _units ??= rows.Parameters.UseJson(JsonSerializer.Serialize(
            units.SelectMany(pairs => pairs).ToDictionary(pair => pair.Division, pair => pair.Unit)));
        var lookups = units.Select(pairs => pairs.Key).OrderDescending().Select(length =>
            string.Create(CultureInfo.InvariantCulture, $"{_units} ->> left({division}, {length})"));
        return $"coalesce({string.Join(", ", lookups)})";
    }

    private static string Quoted(string name) => $"\"{name}\"";
}

/// <summary>Where rows stand, as SQL expressions.</summary>
/// <param name="Zones">Zones the record names, without those around them: a text array that is never null.</param>
/// <param name="Unit">Reporting unit, or null.</param>
/// <param name="Division">Division code, or null.</param>
/// <param name="Join">Joins that the expressions need after the rows.</param>
internal sealed record Place(string Zones, string Unit, string Division, string Join)
{
    /// <summary>Zones, unit and division.</summary>
    public string Columns => $"{Zones}, {Unit}, {Division}";
}
