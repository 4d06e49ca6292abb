using HubExchange.Contracts.Entities;
using HubExchange.Server.Query;
using HubExchange.Server.Query.Places;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Layouts;

/// <summary>
/// Counts the records of every type by where they stand, in one statement over one snapshot. What comes back is small: a count for
/// each combination of type, zones and unit, from which the counts of any layout follow exactly.
/// </summary>
internal sealed class LayoutCounter(EntityTypes types, HubStorage storage)
{
    public async Task<List<StandingCount>> CountAsync(
        NpgsqlConnection connection, ReadTime time, PlaceBook book, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        command.CommandText = Statement(new RecordRows(storage, time, command.Parameters), book);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var all = types.All.ToList();
        var counts = new List<StandingCount>();
        while (await rows.ReadAsync(cancellationToken))
        {
            counts.Add(new StandingCount(
                all[rows.GetInt32(0)].Id,
                rows.GetFieldValue<string[]>(1),
                rows.IsDBNull(2) ? null : rows.GetString(2),
                rows.GetInt64(3)));
        }

        return counts;
    }

    /// <summary>
    /// Rows (number of the type, zones, unit, records). Records that an organisation places are counted by organisation first, so that
    /// every organisation is looked up once for all types. Index: *_organization, read alone where the table is vacuumed.
    /// </summary>
    private string Statement(RecordRows rows, PlaceBook book)
    {
        var placement = new PlacementSql(types, rows, book);
        var all = types.All.ToList();
        var byOrganization = new List<string>();
        var own = new List<string>();
        for (var i = 0; i < all.Count; i++)
        {
            var type = all[i];
            if (PlacementSql.OrganizationOf(type) is { } organization)
            {
                var column = $"\"{organization}\"";
                byOrganization.Add(
                    $"select {i}, r.{column}, count(*) from {rows.From(type, ["hub_key", column])} r group by r.{column}");
            }
            else
            {
                var place = placement.Of(type);
                own.Add(
                    $"""
                    select {i}, {place.Zones} as zones, {place.Unit} as unit, count(*)
                    from {rows.From(type, ["hub_key", .. PlacementSql.Columns(type)])} r {place.Join}
                    group by 2, 3
                    """);
            }
        }

        if (byOrganization.Count == 0)
        {
            return string.Join("\nunion all\n", own);
        }

        var standing = placement.Of(placement.Organization);
        return
            $"""
            with standing as (
              select r.hub_key, {standing.Zones} as zones, {standing.Unit} as unit
              from {rows.From(placement.Organization, ["hub_key", .. PlacementSql.Columns(placement.Organization)])} r {standing.Join}
            ),
            named (type, organization, records) as (
              {string.Join("\nunion all\n", byOrganization)}
            )
            select n.type, coalesce(s.zones, array[]::text[]) as zones, s.unit, sum(n.records)::bigint
            from named n left join standing s on s.hub_key = n.organization
            group by 1, 2, 3
            union all
            {string.Join("\nunion all\n", own)}
            """;
    }
}

/// <summary>Records of one type that stand alike.</summary>
/// <param name="Type">Type id.</param>
/// <param name="Zones">Zones they name, without those around them.</param>
/// <param name="Unit">Their reporting unit, or null.</param>
/// <param name="Records">How many there are, each key once.</param>
internal sealed record StandingCount(string Type, IReadOnlyList<string> Zones, string? Unit, long Records);
