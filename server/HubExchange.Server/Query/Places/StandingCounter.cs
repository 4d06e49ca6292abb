using HubExchange.Contracts.Entities;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Query.Places;

/// <summary>
/// Counts the records of types by where they stand, in one statement over one snapshot. What comes back is small: a count for each
/// combination of type, zones, unit and division, from which the counts of any layout follow exactly.
/// </summary>
internal sealed class StandingCounter(EntityTypes types, HubStorage storage)
{
    public async Task<List<StandingCount>> CountAsync(
        NpgsqlConnection connection, ReadTime time, PlaceBook book, IReadOnlyList<EntityType> counted, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        command.CommandText = Statement(new RecordRows(storage, time, command.Parameters), book, counted);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new List<StandingCount>();
        while (await rows.ReadAsync(cancellationToken))
        {
            counts.Add(new StandingCount(counted[rows.GetInt32(0)].Id, ReadStanding(rows, 1), rows.GetInt64(4)));
        }

        return counts;
    }

    /// <summary>Reads (zones, unit, division) beginning at a column.</summary>
    public static Standing ReadStanding(NpgsqlDataReader rows, int first) => new(
        string.Join(',', rows.GetFieldValue<string[]>(first)),
        rows.IsDBNull(first + 1) ? null : rows.GetString(first + 1),
        rows.IsDBNull(first + 2) ? null : rows.GetString(first + 2));

    /// <summary>
    /// Rows (number of the type, zones, unit, division, records). Records that an organisation places are counted by organisation first, so
    /// that every organisation is looked up once for all types. Index: *_organization, read alone where the table is vacuumed.
    /// </summary>
    private string Statement(RecordRows rows, PlaceBook book, IReadOnlyList<EntityType> counted)
    {
        var placement = new PlacementSql(types, rows, book);
        var byOrganization = new List<string>();
        var own = new List<string>();
        for (var i = 0; i < counted.Count; i++)
        {
            var type = counted[i];
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
                    select {i}, {place.Columns}, count(*)
                    from {rows.From(type, ["hub_key", .. PlacementSql.Columns(type)])} r {place.Join}
                    group by 2, 3, 4
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
            with standing (hub_key, zones, unit, division) as (
              select r.hub_key, {standing.Columns}
              from {rows.From(placement.Organization, ["hub_key", .. PlacementSql.Columns(placement.Organization)])} r {standing.Join}
            ),
            named (type, organization, records) as (
              {string.Join("\nunion all\n", byOrganization)}
            )
            select n.type, coalesce(s.zones, array[]::text[]) as zones, s.unit, s.division, sum(n.records)::bigint
            from named n left join standing s on s.hub_key = n.organization
            group by 1, 2, 3, 4
            {string.Concat(own.Select(statement => $"union all\n{statement}\n"))}
            """;
    }
}
