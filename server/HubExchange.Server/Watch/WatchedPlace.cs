using HubExchange.Contracts.Entities;
using HubExchange.Server.Query;
using HubExchange.Server.Query.Places;
using Npgsql;

namespace HubExchange.Server.Watch;

/// <summary>The place that a watch is about, with what it means at present.</summary>
/// <param name="Unit">Reporting unit; empty for any.</param>
/// <param name="Zone">Zone, park, base or carrier; empty for any.</param>
/// <param name="Book">Zones and units as of the day.</param>
internal sealed record WatchedPlace(string Unit, string Zone, PlaceBook Book)
{
    /// <summary>The zone and everything inside of it.</summary>
    private string[] Zones =>
    [
        .. Book.Zones.Pairs().Where(pair => pair.PlaceId == Zone).Select(pair => pair.ZoneId).Append(Zone).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>What the place means: two watches of the same place mean the same as long as this is equal.</summary>
    public string Meaning => string.Join(
        '\n',
        [
            Unit,
            .. Zones.Where(_ => Zone.Length > 0),
            .. Book.UnitsByDivisionLength()
                .SelectMany(pairs => pairs)
                .Where(_ => Unit.Length > 0)
                .Select(pair => $"{pair.Division}={pair.Unit}")
                .Order(StringComparer.Ordinal),
        ]);

    /// <summary>Whether records of a type stand where their organisation does.</summary>
    public static bool IsThroughOrganization(EntityType type) => PlacementSql.OrganizationOf(type) is not null;

    /// <summary>The condition on rows with the alias <c>r</c>, and the joins it needs after them.</summary>
    public (string Condition, string Join) Sql(EntityType type, PlacementSql placement, NpgsqlParameterCollection parameters)
    {
        var place = placement.Of(type);
        var conditions = new List<string>();
        if (Unit.Length > 0)
        {
            conditions.Add($"{place.Unit} = {parameters.Use(Unit)}");
        }

        if (Zone.Length > 0)
        {
            conditions.Add($"{place.Zones} && {parameters.Use(Zones)}");
        }

        return (string.Join(" and ", conditions), place.Join);
    }
}
