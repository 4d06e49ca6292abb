using HubExchange.Contracts.Entities;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Query.Places;

/// <summary>A range of the feed, and which of its entries were recorded until an instant.</summary>
/// <param name="After">Position before the first entry.</param>
/// <param name="Until">Position of the last entry.</param>
/// <param name="Instant">The instant.</param>
internal sealed record FeedRange(long After, long Until, DateTime Instant);

/// <summary>
/// Says in SQL how the entries of a range of the feed change the counts of a type by where its records stand: what an entry shows comes
/// to its standing, what it takes the place of leaves its own. Reads current rows, in the snapshot whose last position ends the range.
/// </summary>
internal sealed class StandingDelta(EntityTypes types, HubStorage storage, PlaceBook book, NpgsqlParameterCollection parameters)
{
    private readonly RecordRows _rows = new(storage, ReadTime.Current, parameters);

    /// <summary>Rows (recorded until the instant, zones, unit, division, records more or less). Index: primary keys of feed and tables.</summary>
    public string Statement(EntityType type, FeedRange range)
    {
        var after = parameters.Use(range.After);
        var until = parameters.Use(range.Until);
        var entry =
            $"""
            select position, key, source, revision, coalesce(previous_source, source) as previous_source, previous_revision,
              operation <> 'D' as shows, recorded_at <= {parameters.Use(range.Instant)} as known
            from hub.change
            where position > {after} and position <= {until} and consolidated and type
            """;
        var placement = new PlacementSql(types, _rows, book);
        return PlacementSql.OrganizationOf(type) is { } organization
            ? ByOrganization(type, $"\"{organization}\"", entry, placement)
            : Own(type, entry, placement);
    }

    private string Own(EntityType type, string entry, PlacementSql placement)
    {
        var place = placement.Of(type);
        return
            $"""
            with entry as materialized ({entry} = {parameters.Use(type.Id)})
            select known, {place.Columns}, sum(n)::bigint
            from ({ComeAndGone(type, [.. PlacementSql.Columns(type)])}) r {place.Join}
            group by 1, 2, 3, 4
            """;
    }

    // First what came and went, where the organisations stand now. Then what was there already and stands elsewhere, because its
    // organisation moved: as many as name it now less those that came.
    private string ByOrganization(EntityType type, string organization, string entry, PlacementSql placement)
    {
        var of = placement.Organization;
        string[] columns = [.. PlacementSql.Columns(of)];
        var place = placement.Of(of);
        var table = storage.TableOf(of);
        return
            $"""
            with entry as materialized ({entry} = {parameters.Use(type.Id)}),
            come (known, organization, n) as materialized (
              select known, {organization}, sum(n)::bigint from ({ComeAndGone(type, [organization])}) r group by 1, 2
            ),
            turned as materialized (
              select distinct on (key) key, previous_source, previous_revision, known
              from ({entry} = {parameters.Use(of.Id)}) e
              order by key, position
            ),
            was (organization, known, zones, unit, division) as (
              select t.key, t.known, {place.Columns}
              from turned t
              left join lateral (
                select {string.Join(", ", columns)} from {table.Table}
                where hub_key = t.key and hub_source = t.previous_source and hub_revision = t.previous_revision
                union all
                select {string.Join(", ", columns)} from {table.VersionTable}
                where hub_key = t.key and hub_source = t.previous_source and hub_revision = t.previous_revision) r on true
              {place.Join}
            ),
            stands (organization, zones, unit, division) as (
              select k.key, {place.Columns}
              from (select organization as key from come union select key from turned) k
              left join {_rows.From(of, ["hub_key", .. columns])} r on r.hub_key = k.key
              {place.Join}
            ),
            moved as materialized (
              select w.organization, w.known, w.zones as old_zones, w.unit as old_unit, w.division as old_division, s.zones, s.unit, s.division
              from was w join stands s on s.organization = w.organization
              where (w.zones, w.unit, w.division) is distinct from (s.zones, s.unit, s.division)
            ),
            held as materialized (
              select m.*, (select count(*) from {storage.TableOf(type).Table} r where r.hub_consolidated and r.{organization} = m.organization)
                - coalesce((select sum(c.n) from come c where c.organization = m.organization), 0) as n
              from moved m
            )
            select known, zones, unit, division, sum(n)::bigint
            from (
              select c.known, coalesce(s.zones, array[]::text[]) as zones, s.unit, s.division, c.n
              from come c left join stands s on s.organization = c.organization
              union all
              select known, zones, unit, division, n from held where n <> 0
              union all
              select known, old_zones, old_unit, old_division, -n from held where n <> 0) d
            group by 1, 2, 3, 4
            """;
    }

    // A version stands in one of the two tables.
    private string ComeAndGone(EntityType type, IReadOnlyCollection<string> columns)
    {
        var table = storage.TableOf(type);
        var list = string.Concat(columns.Select(column => $", v.{column}"));
        return string.Join("\nunion all\n", new[] { table.Table, table.VersionTable }.SelectMany(name => new[]
        {
            $"""
            select e.known, 1 as n{list} from entry e
            join {name} v on v.hub_key = e.key and v.hub_source = e.source and v.hub_revision = e.revision
            where e.shows
            """,
            $"""
            select e.known, -1{list} from entry e
            join {name} v on v.hub_key = e.key and v.hub_source = e.previous_source and v.hub_revision = e.previous_revision
            """,
        }));
    }
}
