using HubExchange.Contracts.Entities;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Query.Places;

/// <summary>A range of the feed, and which of its entries were recorded until an instant.</summary>
/// <param name="After">Position before the first entry.</param>
/// <param name="Until">Position of the last entry.</param>
/// <param name="Instant">The instant.</param>
internal sealed record FeedRange(long After, long Until, DateTime Instant);

/// <summary>An organisation that stands elsewhere after a range of the feed.</summary>
/// <param name="Key">Its key.</param>
/// <param name="IsKnown">Its first entry in the range was recorded until the instant.</param>
/// <param name="IsNew">It was not there before.</param>
/// <param name="Before">Where it stood.</param>
/// <param name="After">Where it stands.</param>
internal sealed record MovedOrganization(string Key, bool IsKnown, bool IsNew, Standing Before, Standing After);

/// <summary>
/// Says in SQL how the entries of a range of the feed change the counts of a type by where its records stand: what an entry shows comes
/// to its standing, what it takes the place of leaves its own. Reads current rows, in the snapshot whose last position ends the range.
/// One object serves one statement.
/// </summary>
internal sealed class StandingDelta(
    EntityTypes types, HubStorage storage, PlaceBook book, NpgsqlParameterCollection parameters, FeedRange range)
{
    private readonly RecordRows _rows = new(storage, ReadTime.Current, parameters);
    private readonly string _entry =
        $"""
        select position, key, source, revision, coalesce(previous_source, source) as previous_source, previous_revision,
          operation <> 'D' as shows, recorded_at <= {parameters.Use(range.Instant)} as known
        from hub.change
        where position > {parameters.Use(range.After)} and position <= {parameters.Use(range.Until)} and consolidated and type
        """;

    /// <summary>
    /// What came and what went. Rows (recorded until the instant, zones, unit, division, records more or less, 0); for a type that
    /// organisations place also (true, nothing, records, number) of each of the moved ones: how many records named it before already.
    /// Index: primary keys of feed and tables, *_organization.
    /// </summary>
    /// <param name="type">The type.</param>
    /// <param name="moved">Keys of organisations that moved.</param>
    public string OfType(EntityType type, string[] moved)
    {
        var placement = new PlacementSql(types, _rows, book);
        if (PlacementSql.OrganizationOf(type) is not { } name)
        {
            var place = placement.Of(type);
            return
                $"""
                with entry as materialized ({_entry} = {parameters.Use(type.Id)})
                select known, {place.Columns}, sum(n)::bigint, 0::bigint
                from ({ComeAndGone(type, [.. PlacementSql.Columns(type)])}) r {place.Join}
                group by 1, 2, 3, 4
                """;
        }

        var organization = $"\"{name}\"";
        var standing = placement.Of(placement.Organization);
        return
            $"""
            with entry as materialized ({_entry} = {parameters.Use(type.Id)}),
            come (known, organization, n) as materialized (
              select known, {organization}, sum(n)::bigint from ({ComeAndGone(type, [organization])}) r group by 1, 2
            )
            select c.known, {standing.Columns}, sum(c.n)::bigint, 0::bigint
            from come c
            left join {_rows.From(placement.Organization, ["hub_key", .. PlacementSql.Columns(placement.Organization)])} r on r.hub_key = c.organization
            {standing.Join}
            group by 1, 2, 3, 4
            union all
            select true, array[]::text[], null, null,
              (select count(*) from {storage.TableOf(type).Table} r where r.hub_consolidated and r.{organization} = m.key)
                - coalesce((select sum(c.n) from come c where c.organization = m.key), 0)::bigint,
              m.number
            from unnest({parameters.Use(moved)}::text[]) with ordinality m (key, number)
            """;
    }

    /// <summary>
    /// The organisations that stand elsewhere than before the range. Rows (key, recorded until the instant, whether it is new, zones, unit,
    /// division before, the same after).
    /// </summary>
    public string OfOrganizations()
    {
        var placement = new PlacementSql(types, _rows, book);
        var place = placement.Of(placement.Organization);
        var table = storage.TableOf(placement.Organization);
        var columns = string.Join(", ", PlacementSql.Columns(placement.Organization));
        return
            $"""
            with turned as materialized (
              select distinct on (key) key, previous_source, previous_revision, known
              from ({_entry} = {parameters.Use(placement.Organization.Id)}) e
              order by key, position
            ),
            was (key, known, is_new, zones, unit, division) as (
              select t.key, t.known, t.previous_revision is null, {place.Columns}
              from turned t
              left join lateral (
                select {columns} from {table.Table}
                where hub_key = t.key and hub_source = t.previous_source and hub_revision = t.previous_revision
                union all
                select {columns} from {table.VersionTable}
                where hub_key = t.key and hub_source = t.previous_source and hub_revision = t.previous_revision) r on true
              {place.Join}
            ),
            stands (key, zones, unit, division) as (
              select t.key, {place.Columns}
              from turned t
              left join {_rows.From(placement.Organization, ["hub_key", .. PlacementSql.Columns(placement.Organization)])} r on r.hub_key = t.key
              {place.Join}
            )
            select w.key, w.known, w.is_new, w.zones, w.unit, w.division, s.zones, s.unit, s.division
            from was w join stands s on s.key = w.key
            where (w.zones, w.unit, w.division) is distinct from (s.zones, s.unit, s.division)
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
            where e.previous_revision is not null
            """,
        }));
    }
}
