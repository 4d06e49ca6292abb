using System.Globalization;
using HubExchange.Contracts.Entities;
using HubExchange.Region.V1;
using HubExchange.Server.Query.Filters;
using HubExchange.Server.Query.Places;
using HubExchange.Server.Storage;

namespace HubExchange.Server.Query.Aggregation;

/// <summary>The statements of an aggregate: the groups, and the records of one of them. One object serves one statement.</summary>
internal sealed class AggregateSql
{
    /// <summary>Contributors where they do not matter.</summary>
    private const string Nobody = "0::bigint, '{}'::float8[], '{}'::float8[]";

    private readonly AggregatePlan _plan;
    private readonly RecordRows _rows;
    private readonly PlaceBook? _book;
    private readonly LayoutDefinition? _layout;
    private readonly Place? _place;
    private readonly string _records = "count(*)";
    private readonly string _from;
    private readonly IReadOnlyList<string> _conditions = [];
    private readonly string _condition;

    /// <param name="plan">What is asked for.</param>
    /// <param name="filter">Filter over records.</param>
    /// <param name="source">Whose records, as in every read.</param>
    /// <param name="rows">The moment, and where literals go.</param>
    /// <param name="types">Every type.</param>
    /// <param name="today">The day of the read.</param>
    /// <param name="book">The places; null when the plan needs none.</param>
    /// <param name="layout">The layout; null when the plan needs none.</param>
    /// <param name="columns">Columns of the records that are wanted beside those the plan needs.</param>
    public AggregateSql(
        AggregatePlan plan,
        string filter,
        string source,
        RecordRows rows,
        EntityTypes types,
        DateOnly today,
        PlaceBook? book,
        LayoutDefinition? layout,
        params IEnumerable<string> columns)
    {
        (_plan, _rows, _book, _layout) = (plan, rows, book, layout);
        CountsKeys = source == RecordRows.EverySource;
        (_conditions, var filtered) = AggregateFilters.OfRecords(
            filter, plan.Type, new FilterScope(types, rows, plan.Caller, today, IsProtected: plan.IsProtected));
        _condition = And(_conditions);

        var needed = new List<string>(columns) { "hub_key" };
        needed.AddRange(plan.Groups.Where(group => group is { Field: not null, NeedsPlace: false }).Select(group => $"\"{group.Field!.Name}\""));
        needed.AddRange(plan.Measures.Where(measure => measure.Field is not null).Select(measure => $"\"{measure.Field!.Name}\""));
        needed.AddRange(plan.IsProtected ? [plan.Contributor[2..]] : []);
        needed.AddRange(plan.NeedsPlace ? PlacementSql.Columns(plan.Type) : []);
        needed.AddRange(filtered);
        if (book is not null)
        {
            _place = new PlacementSql(types, rows, book).Of(
                plan.Type,
                plan.Groups.Where(group => group.Kind == GroupKind.OrganizationField).Select(group => $"\"{group.Field!.Name}\""));
        }

        _from = $"{rows.From(plan.Type, [.. needed.Distinct()], source, plan.OwnNode)} r {_place?.Join}";
    }

    /// <summary>The groups of what has been counted already by where it stands.</summary>
    /// <param name="plan">What is asked for, which has to be <see cref="AggregatePlan.CountsStanding"/>.</param>
    /// <param name="rows">Where literals go.</param>
    /// <param name="standing">The counts.</param>
    /// <param name="book">The places.</param>
    /// <param name="layout">The layout; null when the plan needs none.</param>
    public AggregateSql(AggregatePlan plan, RecordRows rows, IReadOnlyList<StandingCount> standing, PlaceBook book, LayoutDefinition? layout)
    {
        (_plan, _rows, _book, _layout) = (plan, rows, book, layout);
        _place = new Place("string_to_array(r.zones, ',')", "r.unit", "r.division", "");
        _condition = "true";
        _records = "sum(r.records)";
        _from =
            $"""
            unnest({rows.Parameters.Use(standing.Select(count => count.Standing.ZoneList).ToArray())}::text[],
              {rows.Parameters.Use(standing.Select(count => count.Standing.Unit).ToArray())}::text[],
              {rows.Parameters.Use(standing.Select(count => count.Standing.Division).ToArray())}::text[],
              {rows.Parameters.Use(standing.Select(count => count.Records).ToArray())}::bigint[]) as r (zones, unit, division, records)
            """;
    }

    /// <summary>A key may come several times and counts once.</summary>
    public bool CountsKeys { get; }

    /// <summary>
    /// Rows (0 for the total, 1 for a group or 2 for what the filter or a condition of it leaves out, number, values of the groups, values of
    /// the measures, contributors, groups over all pages). Contributors are three columns: how many, and for each summed measure the largest
    /// and all of them. Index: partial (hub_key) where hub_consolidated, or none: it is about most of the rows.
    /// </summary>
    public string Groups(string having, long offset, int size)
    {
        var groups = _plan.Groups;
        var nothing = string.Concat(groups.Select(_ => ", null::text"));
        var texts = string.Concat(_plan.Measures.Select(measure => $", {measure.Text}"));
        var values = string.Join(", ", _plan.Measures.Select(measure => $"{measure.Value(CountsKeys)} as {measure.Column}"));
        var total =
            $"""
            select 0, 0::bigint{nothing}{texts}, total.*, {(groups.Count == 0 ? "0::bigint" : "(select count(*) from kept)")}
            from (select {values} from part) t,
              ({(_plan.IsProtected ? Behind($"(select contributor{Shares(OfPart)} from part group by 1) c") : $"select {Nobody}")}) total
            {string.Concat(LeftOut().Select(who => $"union all select 2, 0::bigint{nothing}{string.Concat(_plan.Measures.Select(_ => ", null::text"))}, left_out.*, 0::bigint from ({who}) left_out\n"))}
            """;
        if (groups.Count == 0)
        {
            return $"with {Parts()} {total}";
        }

        var many = groups.Where(group => group.IsMany).ToList();
        var columns = string.Join(", ", groups.Select(group => group.IsMany ? $"t{group.Index}.{group.Column}" : $"p.{group.Column}"));
        var cells = $"part p {string.Concat(many.Select(group => $" join set{group.Index} t{group.Index} on t{group.Index}.z = p.z"))}";
        var same = string.Join(" and ", groups.Select(group => $"c.{group.Column} is not distinct from k.{group.Column}"));
        return
            $"""
            with {string.Join(",\n", many.Select(Set).Prepend(Parts()))},
            grouped as (
              select {columns}, {values}
              from {cells}
              group by {columns}
            ),
            kept as (
              select *, row_number() over (order by {string.Join(", ", _plan.Order)}) as number
              from grouped
              where {AggregateFilters.OfGroups(having, _plan.Measures, _rows.Parameters)}
            ){(_plan.IsProtected ? $",\ncontribution as materialized (select {columns}, contributor{Shares(OfPart)} from {cells} group by {columns}, contributor)" : "")}
            {total}
            union all
            select 1, number{string.Concat(groups.Select(group => $", {group.Column}::text"))}{texts}, behind.*, 0
            from kept k
            cross join lateral ({(_plan.IsProtected ? Behind($"contribution c where {same}") : $"select {Nobody}")}) behind
            where number > {_rows.Parameters.Use(offset)} and number <= {_rows.Parameters.Use(offset + size)}
            order by 1, 2
            """;
    }

    /// <summary>The records of a group, in the order of key and source, after a given one. Its columns must be among those asked for.</summary>
    /// <param name="columns">Columns of the result.</param>
    /// <param name="values">Value of each group of the plan, null for absent; none for the total.</param>
    /// <param name="after">Key and source of the last record before.</param>
    /// <param name="limit">Most records.</param>
    public string Records(string columns, IReadOnlyList<string?> values, (string Key, string Source) after, int limit)
    {
        var conditions = values.Select((value, i) => Condition(_plan.Groups[i], value)).Prepend(_condition);
        return
            $"""
            select {columns} from {_from}
            where {string.Join(" and ", conditions)}
              and (r.hub_key, r.hub_source) > ({_rows.Parameters.Use(after.Key)}, {_rows.Parameters.Use(after.Source)})
            order by r.hub_key, r.hub_source
            limit {_rows.Parameters.Use(limit)}
            """;
    }

    // The total with and without the filter, or without one of its conditions, tells of whoever makes the difference.
    private IEnumerable<string> LeftOut()
    {
        if (!_plan.IsProtected || _conditions.Count == 0)
        {
            return [];
        }

        var single = _conditions.Select((condition, i) => And([.. _conditions.Where((_, other) => other != i), $"({condition}) is not true"]));
        return single.Prepend($"({_condition}) is not true").Distinct().Select(condition => Behind(
            $"(select {_plan.Contributor} as contributor{Shares(measure => $"r.\"{measure.Field!.Name}\"::numeric")} from {_from} where {condition} group by 1) c"));
    }

    private static string And(IReadOnlyList<string> conditions) => conditions.Count switch
    {
        0 => "true",
        1 => conditions[0],
        _ => $"({string.Join(" and ", conditions)})",
    };

    // Who stands behind a cell, from rows with a contributor and its shares of the summed measures.
    private string Behind(string rows)
    {
        return $"select count(contributor), {Of("max")}, {Of("sum")} from {rows}";

        string Of(string function)
        {
            var shares = _plan.Measures.Where(measure => measure.IsSum).Select(measure => $"coalesce({function}(share{measure.Index}), 0)");
            return $"array[{string.Join(", ", shares)}]::float8[]";
        }
    }

    private string Shares(Func<MeasurePlan, string> summand) =>
        string.Concat(_plan.Measures.Where(measure => measure.IsSum).Select(measure => $", abs(sum({summand(measure)})) as share{measure.Index}"));

    private static string OfPart(MeasurePlan measure) => $"s{measure.Index}";

    private string Condition(GroupPlan group, string? value)
    {
        if (!group.IsMany)
        {
            var expression = $"({group.Expression(_place!)})";
            return value is null ? $"{expression} is null" : $"coalesce({expression}::text = {_rows.Parameters.Use(value)}, false)";
        }

        var pairs = PairsOf(group);
        return value is null
            ? $"not {_place!.Zones} && {_rows.Parameters.Use(pairs.Select(pair => pair.Zone).Distinct().ToArray())}::text[]"
            : $"{_place!.Zones} && {_rows.Parameters.Use(pairs.Where(pair => pair.Value == value).Select(pair => pair.Zone).ToArray())}::text[]";
    }

    // What is alike in everything the groups depend on is measured once.
    private string Parts()
    {
        var keys = _plan.Groups.Where(group => !group.IsMany).Select(group => $"{group.Expression(_place!)} as {group.Column}").ToList();
        if (_plan.Groups.Any(group => group.IsMany))
        {
            keys.Add($"{_place!.Zones} as z");
        }

        keys.AddRange(
            from measure in _plan.Measures
            let key = measure.PartKey(CountsKeys)
            where key is not null
            select string.Create(CultureInfo.InvariantCulture, $"{key} as k{measure.Index}"));
        if (_plan.IsProtected)
        {
            keys.Add($"{_plan.Contributor} as contributor");
        }

        var columns = keys.Append($"{_records} as records").Concat(_plan.Measures.SelectMany(measure => measure.PartColumns()));
        var grouping = keys.Count == 0 ? "" : $"group by {string.Join(", ", Enumerable.Range(1, keys.Count))}";
        return
            $"""
            part as materialized (
              select {string.Join(", ", columns)}
              from {_from}
              where {_condition}
              {grouping}
            )
            """;
    }

    // Every combination of zones that occurs with the values it leads to, or with none.
    private string Set(GroupPlan group)
    {
        var pairs = PairsOf(group);
        var source =
            $"unnest({_rows.Parameters.Use(pairs.Select(pair => pair.Zone).ToArray())}::text[], " +
            $"{_rows.Parameters.Use(pairs.Select(pair => pair.Value).ToArray())}::text[])";
        return
            $"""
            set{group.Index} (z, {group.Column}) as materialized (
              select named.z, led.value
              from (select distinct z from part) named
              left join lateral (
                select distinct pair.value from unnest(named.z) as zone (id) join {source} as pair (zone, value) on pair.zone = zone.id) led on true
            )
            """;
    }

    private List<(string Zone, string Value)> PairsOf(GroupPlan group)
    {
        var pairs = _book!.Zones.Pairs();
        return group.Kind switch
        {
            GroupKind.Zone =>
            [
                .. (from pair in pairs
                    from zone in _layout!.Zones
                    where zone.ZoneIds.Contains(pair.PlaceId)
                    select (pair.ZoneId, zone.Id)).Distinct(),
            ],
            GroupKind.Park => [.. pairs.Where(pair => _layout!.ParkIds.Contains(pair.PlaceId))],
            _ => [.. pairs],
        };
    }
}
