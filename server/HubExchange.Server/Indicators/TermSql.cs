using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.Mechanism.V1;
using HubExchange.Server.Identity;
using HubExchange.Server.Query;
using HubExchange.Server.Query.Filters;
using HubExchange.Server.Query.Places;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Indicators;

/// <summary>The statement of one term at one day. One object serves one statement.</summary>
/// <param name="types">Every type.</param>
/// <param name="storage">The tables.</param>
/// <param name="caller">Who reads.</param>
/// <param name="period">The period.</param>
/// <param name="recordedAsOf">What the hub knew at this instant; null for now.</param>
/// <param name="parameters">Takes the literals.</param>
internal sealed class TermSql(
    EntityTypes types, HubStorage storage, Caller caller, IndicatorPeriod period, DateTime? recordedAsOf, NpgsqlParameterCollection parameters)
{
    private const string RevisionField = "revision";
    private const string PublishedField = "published_on";

    /// <summary>The moment of a day. Records count as far back as their own dates say.</summary>
    public static ReadTime TimeOf(DateTime? recordedAsOf, DateOnly day) => new(recordedAsOf, day) { ReachesBack = true };

    /// <summary>Rows (0 for the city or 1, place, value); for the latest value (firmness, value).</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="term">Its term.</param>
    /// <param name="day">The day.</param>
    /// <param name="book">The places of the day.</param>
    /// <param name="zones">The zones that are the places; none for every reporting unit.</param>
    /// <param name="organizations">Table of the organisations of the day, as <see cref="Organizations"/> makes it; null to read them.</param>
    public string Measure(
        IndicatorDefinition definition, IndicatorTerm term, DateOnly day, PlaceBook book, IReadOnlyList<string> zones, string? organizations)
    {
        var type = types.Find(term.Type)!;
        if (term.Measure == TermMeasure.Latest)
        {
            return Latest(definition, term, type, day);
        }

        var rows = Rows(day);
        var value = term.Measure switch
        {
            TermMeasure.Count => "r.hub_key",
            TermMeasure.Distinct => $"r.\"{term.Field}\"",
            TermMeasure.AverageDays or TermMeasure.NineTenthsDays => $"(r.\"{term.Field}\" - r.\"{term.FromField}\")::numeric",
            _ => $"r.\"{term.Field}\"::numeric",
        };
        var measured = term.Measure switch
        {
            TermMeasure.Count => "count(*)::numeric",
            TermMeasure.Distinct => "count(distinct v)::numeric",
            TermMeasure.Sum => "coalesce(sum(v), 0)",
            TermMeasure.NineTenthsDays => "percentile_disc(0.9) within group (order by v)",
            _ => "round(avg(v), 10)",
        };
        var place = new PlacementSql(types, rows, book, organizations).Of(type);
        var from = From(definition, term, type, rows, day, place.Join, PlacementSql.Columns(type));
        if (zones.Count == 0)
        {
            return
                $"""
                with part as materialized (select {place.Unit} as unit, {value} as v {from})
                select 1 - grouping(unit), unit, {measured} from part group by grouping sets ((unit), ())
                """;
        }

        // A record in two parks of a zone counts once.
        var pairs = book.Zones.Pairs().Where(pair => zones.Contains(pair.PlaceId)).ToList();
        return
            $"""
            with part as materialized (select {place.Zones} as zones, {value} as v {from})
            select 0, null::text, {measured} from part
            union all
            select 1, t.place, {measured} from part
            cross join lateral (
              select distinct w.place from unnest(part.zones) as z (id) join {Pairs(pairs)} as w (id, place) on w.id = z.id) t
            group by t.place
            """;
    }

    private string Pairs(IReadOnlyCollection<(string ZoneId, string PlaceId)> pairs) =>
        $"unnest({parameters.Use(pairs.Select(pair => pair.ZoneId).ToArray())}::text[], {parameters.Use(pairs.Select(pair => pair.PlaceId).ToArray())}::text[])";

    /// <summary>Where the organisations of a day stand: the rows of a table that serves all terms of the day.</summary>
    public string Organizations(EntityType organization, DateOnly day)
    {
        string[] columns = ["hub_key", .. PlacementSql.Columns(organization)];
        return $"select {string.Join(", ", columns)} from {Rows(day).From(organization, columns)} r";
    }

    /// <summary>The rows of the records behind a term at a place, for a page of a list.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="term">Its term.</param>
    /// <param name="day">The day.</param>
    /// <param name="book">The places of the day.</param>
    /// <param name="at">Reporting unit or zone; empty for the city.</param>
    /// <param name="after">Key of the last record before.</param>
    /// <param name="limit">Most records.</param>
    public string Records(IndicatorDefinition definition, IndicatorTerm term, DateOnly day, PlaceBook book, string at, string after, int limit)
    {
        var type = types.Find(term.Type)!;
        var rows = Rows(day);
        var place = new PlacementSql(types, rows, book).Of(type);
        var from = From(definition, term, type, rows, day, place.Join, PlacementSql.Columns(type).Union(RecordRow.Envelope));
        var there = at.Length == 0 ? ""
            : book.KnownUnits.Contains(at) || !book.KnownZones.Contains(at) ? $" and {place.Unit} = {parameters.Use(at)}"
            : $" and {place.Zones} && {parameters.Use(book.Zones.Pairs().Where(pair => pair.PlaceId == at).Select(pair => pair.ZoneId).ToArray())}::text[]";
        return
            $"""
            select {RecordRow.Columns} {from}{there} and r.hub_key > {parameters.Use(after)}
            order by r.hub_key
            limit {parameters.Use(limit)}
            """;
    }

    // Of the records of each firmness the one published last, if its value is there.
    private string Latest(IndicatorDefinition definition, IndicatorTerm term, EntityType type, DateOnly day)
    {
        string Column(string name, string otherwise) => type.Find(name) is null ? otherwise : $"r.\"{name}\"";
        var wanted = new[] { RevisionField, PublishedField }.Where(name => type.Find(name) is not null).Select(name => $"\"{name}\"");
        var revision = Column(RevisionField, "''::text");
        return
            $"""
            select distinct on (1) coalesce({revision}, ''), r."{term.Field}"::numeric
            {From(definition, term, type, Rows(day), day, "", wanted)} and r."{term.Field}" is not null
            order by 1, {Column(PublishedField, "null::date")} desc nulls last, r.hub_key desc
            """;
    }

    private string From(
        IndicatorDefinition definition, IndicatorTerm term, EntityType type, RecordRows rows, DateOnly day, string join, IEnumerable<string> wanted)
    {
        var access = new ReadAccess(caller, type);
        var (condition, columns) = Condition(term, type, rows, day, "r");
        string[] fields = [term.Field, term.FromField];
        columns = columns.Union(wanted).Union(["hub_key"]).Union(fields.Where(name => name.Length > 0).Select(name => $"\"{name}\""));
        return
            $"""
            from {rows.From(type, [.. columns], "", access.OwnNode)} r {join}
            where {condition}{Membership(definition, term, term.Among, isIn: true)}{Membership(definition, term, term.NotAmong, isIn: false)}
            """;
    }

    private string Membership(IndicatorDefinition definition, IndicatorTerm term, string id, bool isIn)
    {
        if (id.Length == 0)
        {
            return "";
        }

        var other = definition.Terms.First(candidate => candidate.Id == id);
        var type = types.Find(other.Type)!;
        var day = period.DaysOf(other.Moment).Last();
        var rows = Rows(day);
        var (condition, columns) = Condition(other, type, rows, day, "s");
        var field = $"\"{other.Field}\"";
        return
            $"""
             and {(isIn ? "" : "not ")}exists (
              select from {rows.From(type, [.. columns.Union(["hub_key", field])], "", new ReadAccess(caller, type).OwnNode)} s
              where s.{field} = r."{term.Field}" and {condition})
            """;
    }

    private (string Condition, IEnumerable<string> Columns) Condition(
        IndicatorTerm term, EntityType type, RecordRows rows, DateOnly day, string alias)
    {
        if (FilterParser.Parse(term.Filter) is not { } node)
        {
            return ("true", []);
        }

        var filter = new FilterSql(type, alias, new FilterScope(types, rows, caller, day, period.Dates(day)));
        return (filter.Compile(node), filter.Columns);
    }

    private RecordRows Rows(DateOnly day) => new(storage, TimeOf(recordedAsOf, day), parameters);
}
