using HubExchange.Mechanism.V1;

namespace HubExchange.Server.Indicators;

/// <summary>The value of an indicator out of those of its terms, for the city and every unit.</summary>
internal sealed class IndicatorValues(IndicatorDefinition definition, IReadOnlyDictionary<string, TermResult> terms)
{
    /// <summary>Decimals that PostgreSQL and .NET agree on before the last rounding.</summary>
    private const int MaxDecimals = 10;

    /// <summary>The firmest revision that all terms which take the latest value have; null when they have none in common.</summary>
    private readonly StatRevision? _revision = Common(definition, terms);

    /// <summary>The terms that the formula takes.</summary>
    public static IEnumerable<IndicatorTerm> Used(IndicatorDefinition definition) => definition.Formula switch
    {
        IndicatorFormula.Single => definition.Terms.Take(1),
        IndicatorFormula.Difference or IndicatorFormula.Percent => definition.Terms.Take(2),
        IndicatorFormula.Sum => definition.Terms,
        _ => [],
    };

    /// <summary>Value at a place.</summary>
    /// <param name="unit">Reporting unit; null for the city.</param>
    public decimal? At(string? unit)
    {
        var values = Used(definition).Select(term => TermAt(term, unit)).ToList();
        if (values.Count == 0 || values.Contains(null))
        {
            return null;
        }

        decimal? value = definition.Formula switch
        {
            IndicatorFormula.Single => values[0],
            IndicatorFormula.Difference => values[0] - values[1],
            IndicatorFormula.Percent => values[1] == 0 ? null : values[0] * 100 / values[1],
            _ => values.Sum(),
        };
        var divisor = definition.Divisor.Length == 0 ? 1 : DecimalText.Read(definition.Divisor) ?? 1;
        return value is { } found && divisor != 0
            ? Math.Round(Math.Round(found / divisor, MaxDecimals), definition.Decimals, MidpointRounding.AwayFromZero)
            : null;
    }

    /// <summary>Value of a term at a place, before it is divided.</summary>
    public decimal? TermAt(IndicatorTerm term, string? unit)
    {
        var result = terms[term.Id];
        if (term.Measure == TermMeasure.Latest)
        {
            return unit is null && _revision is { } revision && result.Revisions.TryGetValue(revision, out var value) ? value : null;
        }

        return unit is null ? result.City : result.Of(unit, term.Measure);
    }

    private static StatRevision? Common(IndicatorDefinition definition, IReadOnlyDictionary<string, TermResult> terms)
    {
        var all = Used(definition).Where(term => term.Measure == TermMeasure.Latest).Select(term => terms[term.Id].Revisions.Keys.AsEnumerable()).ToList();
        return all.Count == 0 ? null : all.Aggregate((left, right) => left.Intersect(right)).Select(revision => (StatRevision?)revision).Max();
    }
}
