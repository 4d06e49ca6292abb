using System.Collections.Frozen;
using System.Globalization;
using HubExchange.Contracts.Entities;
using HubExchange.Mechanism.V1;
using HubExchange.Server.Identity;
using HubExchange.Server.Query.Places;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Indicators;

/// <summary>
/// Computes definitions from records, on one connection whose transaction gives all of them the same state. What several definitions
/// measure alike is measured once. One object serves one answer.
/// </summary>
/// <remarks>
/// Values of the city are made of all records, whatever the caller may see of them: a sum tells of nobody. Records behind them are
/// shown by the caller's own rights.
/// </remarks>
internal sealed class IndicatorCalculator(
    EntityTypes types, HubStorage storage, NpgsqlConnection connection, DateTime? recordedAsOf, DateOnly today)
{
    private readonly Dictionary<DateOnly, PlaceBook> _books = [];
    private readonly Dictionary<string, TermResult> _results = [];
    private readonly HashSet<string> _organizations = [];

    /// <summary>Who computes: sees every record and every field but the most sensitive ones.</summary>
    public static Caller Hub { get; } = CallerWith("record.read", "record.read.conditional", "record.read.personal");

    /// <summary>Whoever is told of findings: has no node and no right but to read.</summary>
    public static Caller Anybody { get; } = CallerWith("record.read");

    /// <summary>The places of a day.</summary>
    public async Task<PlaceBook> BookAsync(DateOnly day, CancellationToken cancellationToken)
    {
        if (!_books.TryGetValue(day, out var book))
        {
            _books[day] = book = await PlaceBook.ReadAsync(
                storage, types, connection, TermSql.TimeOf(recordedAsOf, day), today, cancellationToken);
        }

        return book;
    }

    /// <summary>Computes a definition for a period: for the city, and for units or zones.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="period">The period.</param>
    /// <param name="zones">The zones; none for every reporting unit.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IndicatorValues> ComputeAsync(
        IndicatorDefinition definition, IndicatorPeriod period, IReadOnlyList<string> zones, CancellationToken cancellationToken)
    {
        var results = new Dictionary<string, TermResult>();
        foreach (var term in definition.Terms)
        {
            results[term.Id] = await MeasureAsync(definition, term, period, zones, cancellationToken);
        }

        return new IndicatorValues(definition, results);
    }

    /// <summary>Whether a definition has a value for each reporting unit.</summary>
    public bool IsByUnit(IndicatorDefinition definition) =>
        IndicatorValues.Used(definition).Any() &&
        IndicatorValues.Used(definition).All(term => term.Measure != TermMeasure.Latest && types.Find(term.Type)?.Options.Placement is not null);

    private async Task<TermResult> MeasureAsync(
        IndicatorDefinition definition, IndicatorTerm term, IndicatorPeriod period, IReadOnlyList<string> zones, CancellationToken cancellationToken)
    {
        var measured = new List<TermResult>();
        foreach (var day in period.DaysOf(term.Moment))
        {
            measured.Add(await MeasureAsync(definition, term, period, day, zones, cancellationToken));
        }

        return measured.Aggregate((left, right) => TermResult.Lowest(left, right, term.Measure));
    }

    private async Task<TermResult> MeasureAsync(
        IndicatorDefinition definition,
        IndicatorTerm term,
        IndicatorPeriod period,
        DateOnly day,
        IReadOnlyList<string> zones,
        CancellationToken cancellationToken)
    {
        var others = definition.Terms.Where(other => other.Id.Length > 0 && (other.Id == term.Among || other.Id == term.NotAmong));
        var key = $"{period}|{day}|{Nameless(term)}|{string.Join('|', others)}|{string.Join(' ', zones)}";
        if (_results.TryGetValue(key, out var known))
        {
            return known;
        }

        var result = new TermResult();
        var book = await BookAsync(day, cancellationToken);
        var organizations = await OrganizationsAsync(term, period, day, cancellationToken);
        await using var command = new NpgsqlCommand { Connection = connection };
        command.CommandText = new TermSql(types, storage, Hub, period, recordedAsOf, command.Parameters)
            .Measure(definition, term, day, book, zones, organizations);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            if (term.Measure == TermMeasure.Latest)
            {
                result.Revisions[StatRevisions.Of(rows.GetString(0))] = rows.GetDecimal(1);
            }
            else if (rows.GetInt32(0) == 0 || !rows.IsDBNull(1))
            {
                // Records without a unit count for the city alone.
                result.Set(rows.GetInt32(0) == 0 ? null : rows.GetString(1), rows.IsDBNull(2) ? null : rows.GetDecimal(2));
            }
        }

        _results[key] = result;
        return result;
    }

    // Where organisations stood on a day is asked by most terms and costs more than the rest of them, so it is found once. The table is
    // the connection's own and goes with the transaction.
    private async Task<string?> OrganizationsAsync(IndicatorTerm term, IndicatorPeriod period, DateOnly day, CancellationToken cancellationToken)
    {
        if (term.Measure == TermMeasure.Latest || types.Find(term.Type) is not { } type || PlacementSql.OrganizationOf(type) is null)
        {
            return null;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"hub_standing_{day:yyyyMMdd}");
        if (_organizations.Add(name))
        {
            await using var command = new NpgsqlCommand { Connection = connection };
            var rows = new TermSql(types, storage, Hub, period, recordedAsOf, command.Parameters).Organizations(types.Find(EntityTable.OrganizationType)!, day);
            command.CommandText = $"create temp table {name} on commit drop as {rows}";
            await command.ExecuteNonQueryAsync(cancellationToken);
            await using var analyze = new NpgsqlCommand($"analyze {name}", connection);
            await analyze.ExecuteNonQueryAsync(cancellationToken);
        }

        return name;
    }

    private static Caller CallerWith(params string[] permissions) =>
        new(EntityTable.HubSource, "hub", "", NodeKind.Unspecified, permissions.ToFrozenSet(), DateTimeOffset.MaxValue);

    private static IndicatorTerm Nameless(IndicatorTerm term) => new(term) { Id = "" };
}
