using System.Text;
using HubExchange.Benchmarks.Load;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Benchmarks.Query;

/// <summary>
/// How long does the layout with the counts of all types take, with 2 million versions stored, and are the counts those of a recount
/// in which every type is counted by itself?
/// </summary>
internal sealed class LayoutCounts : IBenchmark
{
    public string Name => "query.layout";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var city = await bench.LargeCityAsync(cancellationToken);
        var (calls, sql) = (bench.Options.IsQuick ? 10 : 100, RecountSql());
        var (ours, peers, oursMiddle) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = -1; run < bench.Options.Runs; run++)
        {
            var hub = await Pace.TimeAsync(calls, _ => OneAsync(city, cancellationToken));

            // It takes seconds: twice is enough to see that.
            var plain = await Pace.TimeAsync(run < 0 ? 1 : 2, _ => city.DataSource.RowsAsync(sql, cancellationToken));
            if (run < 0)
            {
                Compare(await OneAsync(city, cancellationToken), await city.DataSource.RowsAsync(sql, cancellationToken));
                continue;
            }

            ours.Add(Statistics.Percentile(hub, 99));
            oursMiddle.Add(Statistics.Median(hub));
            peers.Add(Statistics.Median(plain));
        }

        return
        [
            new Measurement(Name, "四区N园及全部计数(等于重新计数),p99", "layout with all counts (equal to a recount), p99", "ms", ours)
            {
                Target = Target.Below(30), Peer = $"{QueryShape.Peer}: a recount, median", PeerValues = peers,
            },
            new Measurement($"{Name}.p50", "同上,p50", "the same, p50", "ms", oursMiddle),
        ];
    }

    /// <summary>One call.</summary>
    public static async Task<Layout> OneAsync(FilledCity city, CancellationToken cancellationToken) =>
        (await new LayoutService.LayoutServiceClient(city.Bureau).GetLayoutAsync(new GetLayoutRequest(), cancellationToken: cancellationToken)).Layout;

    // Every type by itself, distinct keys per place.
    private static string RecountSql()
    {
        var part = PlainSql.Read("Layout");
        var parts = CityEntityTypes.All.All.Select(type => part
            .Replace("{0}", type.Id, StringComparison.Ordinal)
            .Replace("{1}", RowsOf(type), StringComparison.Ordinal));
        return new StringBuilder(PlainSql.Read("Around")).AppendJoin("\nunion all\n", parts).ToString();
    }

    private static string RowsOf(EntityType type)
    {
        var table = $"\"{type.Id.Replace(".", "\".\"", StringComparison.Ordinal)}\"";
        if (type.Options.Placement is not { } placement)
        {
            return $"(select hub_key, null::text[] as zone_ids, null::text as reporting_unit, null::text as division from {table} where hub_consolidated)";
        }

        if (placement.Organization.Length > 0)
        {
            return
                $"""
                (select t.hub_key, o.zone_ids, o.reporting_unit, o.operating_division as division
                from {table} t left join enterprise.organization o on o.hub_consolidated and o.uscc = t."{placement.Organization}"
                where t.hub_consolidated)
                """;
        }

        var zones = placement.Zones.Length == 0 ? "null::text[]" : type.Find(placement.Zones)!.IsList ? $"\"{placement.Zones}\"" : $"array[\"{placement.Zones}\"]";
        return
            $"""
            (select hub_key, {zones} as zone_ids, {Column(placement.ReportingUnit)} as reporting_unit, {Column(placement.Division)} as division
            from {table} where hub_consolidated)
            """;
    }

    private static string Column(string name) => name.Length == 0 ? "null::text" : $"\"{name}\"";

    private static void Compare(Layout layout, List<object[]> recount)
    {
        var counted = recount.Where(row => row[1] is string).ToDictionary(row => $"{row[0]} {row[1]}", row => (long)row[2]);
        var places = layout.Units.Select(unit => ($"unit:{unit.Id}", unit.Counts))
            .Concat(layout.Parks.Concat(layout.Zones.SelectMany(zone => zone.Places)).SelectMany(WithInner).Select(place => ($"zone:{place.ZoneId}", place.Counts)))
            .DistinctBy(place => place.Item1)
            .ToList();
        var told = places.SelectMany(place => place.Item2.ByType.Where(count => count.Value > 0), (place, count) => $"{count.Key} {place.Item1} {count.Value}");
        var known = places.Select(place => place.Item1).ToHashSet();
        var expected = counted.Where(count => known.Contains(count.Key.Split(' ')[1])).Select(count => $"{count.Key} {count.Value}");
        QueryShape.EnsureSame("query.layout", told, expected);

        // A record stands in one unit or in none.
        var totals = recount.Where(row => row[1] is not string place || place.StartsWith("unit:", StringComparison.Ordinal))
            .GroupBy(row => (string)row[0], row => (long)row[2])
            .Select(group => $"{group.Key} {group.Sum()}");
        QueryShape.EnsureSame("query.layout", layout.Totals.ByType.Where(count => count.Value > 0).Select(count => $"{count.Key} {count.Value}"), totals);
    }

    private static IEnumerable<LayoutPlace> WithInner(LayoutPlace place) => place.Places.SelectMany(WithInner).Prepend(place);
}
