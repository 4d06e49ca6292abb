using HubExchange.Contracts.Entities;
using HubExchange.Region.V1;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Layouts;

/// <summary>Counts the records of every type at every place of a layout, each key once per place.</summary>
internal sealed class LayoutCounter(EntityTypes types, HubStorage storage)
{
    /// <summary>The type whose records give others their place.</summary>
    private const string OrganizationType = "enterprise.organization";

    public async Task<PlaceCounts> CountAsync(
        LayoutDefinition layout,
        ZoneMap zones,
        IReadOnlyList<ReportingUnit> units,
        CancellationToken cancellationToken)
    {
        var places = PlacesOf(layout, zones);
        var divisions = units.SelectMany(unit => unit.Divisions, (unit, division) => (Division: division, Unit: unit.UnitId)).ToArray();

        var counts = new PlaceCounts();
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);

        // One snapshot for all types, or totals of a busy hub would not fit together.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        foreach (var type in types.All)
        {
            await using var command = new NpgsqlCommand(SqlOf(type), connection, transaction)
            {
                Parameters =
                {
                    new NpgsqlParameter { Value = places.Select(place => place.ZoneId).ToArray() },
                    new NpgsqlParameter { Value = places.Select(place => place.Place).ToArray() },
                    new NpgsqlParameter { Value = divisions.Select(pair => pair.Division).ToArray() },
                    new NpgsqlParameter { Value = divisions.Select(pair => pair.Unit).ToArray() },
                },
            };
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                counts.Add(rows.GetString(0), type.Id, rows.GetInt64(1));
            }
        }

        return counts;
    }

    private static List<(string ZoneId, string Place)> PlacesOf(LayoutDefinition layout, ZoneMap zones)
    {
        var groups = layout.Zones
            .SelectMany(group => group.ZoneIds, (group, zoneId) => (ZoneId: zoneId, GroupId: group.Id))
            .ToLookup(pair => pair.ZoneId, pair => pair.GroupId);

        var pairs = new HashSet<(string, string)>();
        foreach (var (zoneId, around) in zones.Pairs())
        {
            pairs.Add((zoneId, PlaceCounts.Zone(around)));
            foreach (var group in groups[around])
            {
                pairs.Add((zoneId, PlaceCounts.Group(group)));
            }
        }

        return [.. pairs];
    }

    /// <summary>
    /// Rows (place, count) of one type. A record stands where its own fields say, else where the organisation it names stands; a
    /// division alone leads to the unit that covers it. Index: partial unique (hub_key) where hub_consolidated.
    /// </summary>
    private string SqlOf(EntityType type)
    {
        var table = storage.TableOf(type).Table;
        var (zones, unit, division, join) = Place(type);
        return
            $"""
            with place (zone_id, name) as (select * from unnest($1::text[], $2::text[])),
            covered (division, unit) as (select * from unnest($3::text[], $4::text[])),
            record as materialized (
              select r.hub_key, {zones} as zones, coalesce({unit}, c.unit) as unit
              from {table} r
              {join}
              left join covered c on c.division = {division}
              where r.hub_consolidated
            )
            select 'city', count(distinct hub_key) from record having count(*) > 0
            union all
            select coalesce('unit:' || unit, 'unplaced'), count(distinct hub_key) from record group by unit
            union all
            select p.name, count(distinct record.hub_key)
            from record cross join unnest(record.zones) as z (zone_id) join place p on p.zone_id = z.zone_id
            group by p.name
            """;
    }

    private (string Zones, string Unit, string Division, string Join) Place(EntityType type)
    {
        var placement = type.Options.Placement;
        if (placement is null)
        {
            return ("null::text[]", "null::text", "null::text", "");
        }

        if (placement.Organization.Length == 0)
        {
            return Columns(type, "r");
        }

        var organization = types.Find(OrganizationType)
            ?? throw new InvalidOperationException($"{type} is placed by its organisation, but {OrganizationType} is not an entity type.");
        var (zones, unit, division, _) = Columns(organization, "o");
        return (zones, unit, division,
            $"left join {storage.TableOf(organization).Table} o on o.hub_key = r.\"{placement.Organization}\" and o.hub_consolidated");
    }

    private static (string Zones, string Unit, string Division, string Join) Columns(EntityType type, string alias)
    {
        var placement = type.Options.Placement;
        var zones = placement.Zones switch
        {
            "" => "null::text[]",
            var name when type.Find(name)!.IsList => $"{alias}.\"{name}\"",
            var name => $"array[{alias}.\"{name}\"]",
        };
        return (zones, Column(placement.ReportingUnit), Column(placement.Division), "");

        string Column(string name) => name.Length == 0 ? "null::text" : $"{alias}.\"{name}\"";
    }
}
