using System.Collections.Concurrent;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Identity;
using HubExchange.Server.Query;
using HubExchange.Server.Query.Filters;
using HubExchange.Server.Query.Places;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Watch;

/// <summary>
/// Which records a watch is about. Watches with equal selections share the work: what matches is decided once for all of them, by the same
/// SQL that lists records.
/// </summary>
internal sealed class Selection
{
    private readonly Dictionary<string, WatchedType> _types;
    private readonly ConcurrentDictionary<EntityType, SelectionShape> _shapes = new();
    private readonly FilterNode? _filter;
    private readonly Caller _caller;
    private readonly DateOnly _today;

    /// <param name="types">Rows of each type.</param>
    /// <param name="filter">Filter as given, checked for every type; empty for none.</param>
    /// <param name="place">Place; null for any.</param>
    /// <param name="caller">Who may name the fields of the filter.</param>
    /// <param name="today">Day that the filter may speak of.</param>
    public Selection(IEnumerable<WatchedType> types, string filter, WatchedPlace? place, Caller caller, DateOnly today)
    {
        _types = types.ToDictionary(type => type.Type.Id, StringComparer.Ordinal);
        _filter = FilterParser.Parse(filter);
        _caller = caller;
        _today = today;
        Place = place;
        IsOfToday = filter.Contains("today", StringComparison.Ordinal);
        Key = string.Join(
            '\n',
            [
                .. _types.Values.Select(type => $"{type.Type.Id}/{type.Source}").Order(StringComparer.Ordinal),
                filter,
                place?.Meaning ?? "",
                IsOfToday ? $"{today}" : "",
            ]);
    }

    /// <summary>Equal for selections of the same records.</summary>
    public string Key { get; }

    /// <summary>The place; null for any.</summary>
    public WatchedPlace? Place { get; }

    /// <summary>The filter speaks of today, so that it means something else tomorrow.</summary>
    public bool IsOfToday { get; }

    /// <summary>The day it speaks of.</summary>
    public DateOnly Today => _today;

    /// <summary>The rows.</summary>
    public IReadOnlyCollection<WatchedType> Types => _types.Values;

    /// <summary>Every record of its types is selected: nothing has to be asked.</summary>
    public bool IsEverything => _filter is null && Place is null;

    /// <summary>The rows of a type; null when it is not watched.</summary>
    public WatchedType? Find(string type) => _types.GetValueOrDefault(type);

    /// <summary>
    /// The condition on rows with the alias <c>r</c>, the joins it needs after them, and the columns of the rows it uses.
    /// </summary>
    /// <exception cref="FilterException">The filter names what is not there, or compares what cannot be compared.</exception>
    /// <exception cref="FieldNotReadableException">It names what the caller may not see.</exception>
    public (string Condition, string Join, IEnumerable<string> Columns) Sql(
        EntityType type, HubStorage storage, EntityTypes types, NpgsqlParameterCollection parameters)
    {
        var rows = new RecordRows(storage, ReadTime.Current, parameters);
        var conditions = new List<string>();
        var join = "";
        IEnumerable<string> columns = [];
        if (_filter is not null)
        {
            var filter = new FilterSql(type, "r", new FilterScope(types, rows, _caller, _today, IsOwnOnly: true));
            conditions.Add(filter.Compile(_filter));
            columns = columns.Union(filter.Columns);
        }

        if (Place is not null)
        {
            (var condition, join) = Place.Sql(type, new PlacementSql(types, rows, Place.Book), parameters);
            conditions.Add(condition);
            columns = columns.Union(PlacementSql.Columns(type));
        }

        return (conditions.Count == 0 ? "true" : string.Join(" and ", conditions), join, columns);
    }

    /// <summary>The same, apart from its literals.</summary>
    public SelectionShape ShapeOf(EntityType type, HubStorage storage, EntityTypes types) => _shapes.GetOrAdd(type, _ =>
    {
        using var command = new NpgsqlCommand();
        var (condition, join, columns) = Sql(type, storage, types, command.Parameters);
        return new SelectionShape(condition, join, columns, command.Parameters.Select(parameter => parameter.Value!));
    });
}
