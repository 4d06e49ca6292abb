using HubExchange.Contracts.Entities;
using Npgsql;

namespace HubExchange.EndToEnd;

/// <summary>
/// Counts distinct keys straight from the tables and by the words of the contract: nothing of how the hub counts is used, neither its
/// consolidation nor its queries.
/// </summary>
internal sealed class Recount
{
    /// <summary>Types that are counted at every place: one with a place of its own, and two that stand where their organisation stands.</summary>
    public static readonly string[] Placed = ["enterprise.organization", "enterprise.hte_certificate", "enterprise.tech_sme_registration"];

    private const string PlacesSql =
        """
        with recursive inside (place, zone) as (
          select zone_id, zone_id from region.zone
          union
          select i.place, z.zone_id from inside i join region.zone z on z.parent_zone_id = i.zone
        ),
        grouped (id, place) as (
          select g ->> 'id', p.value
          from region.layout l, jsonb_array_elements(l.zones) as g, jsonb_array_elements_text(coalesce(g -> 'zone_ids', g -> 'zoneIds')) as p
          where l.is_default
        ),
        record (type, key, uscc) as (
          select 'enterprise.organization', uscc, uscc from enterprise.organization where not hub_deleted
          union
          select 'enterprise.hte_certificate', cert_no, uscc from enterprise.hte_certificate where not hub_deleted
          union
          select 'enterprise.tech_sme_registration', reg_no, uscc from enterprise.tech_sme_registration where not hub_deleted
        ),
        placed (type, key, unit, zone_ids) as (
          select r.type, r.key, o.reporting_unit, o.zone_ids
          from record r join enterprise.organization o on o.uscc = r.uscc and not o.hub_deleted
        )
        select 'unit', unit, type, count(distinct key) from placed group by unit, type
        union all
        select 'zone', i.place, p.type, count(distinct p.key)
        from placed p join inside i on i.zone = any (p.zone_ids) group by i.place, p.type
        union all
        select 'group', g.id, p.type, count(distinct p.key)
        from placed p join inside i on i.zone = any (p.zone_ids) join grouped g on g.place = i.place group by g.id, p.type
        """;

    private readonly Dictionary<(string Level, string Id), Dictionary<string, long>> _places = [];

    private Recount()
    {
    }

    /// <summary>Distinct keys of the city by type; types without a record are left out.</summary>
    public SortedDictionary<string, long> Totals { get; } = [];

    public static async Task<Recount> RunAsync(NpgsqlConnection connection)
    {
        var recount = new Recount();
        foreach (var type in CityEntityTypes.All.All)
        {
            await using var command = new NpgsqlCommand($"select count(distinct hub_key) from {type.Id} where not hub_deleted", connection);
            if (await command.ExecuteScalarAsync() is long count and > 0)
            {
                recount.Totals[type.Id] = count;
            }
        }

        await using var places = new NpgsqlCommand(PlacesSql, connection);
        await using var rows = await places.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            var place = (rows.GetString(0), rows.GetString(1));
            recount._places.TryAdd(place, []);
            recount._places[place][rows.GetString(2)] = rows.GetInt64(3);
        }

        return recount;
    }

    /// <summary>Distinct keys of one place by type.</summary>
    public Dictionary<string, long> Of(string level, string id) => _places.GetValueOrDefault((level, id)) ?? [];
}
