using HubExchange.Mechanism.V1;

namespace HubExchange.Server.Indicators;

/// <summary>What a term gives: for the city, and for each reporting unit that has records.</summary>
internal sealed class TermResult
{
    private readonly Dictionary<string, decimal?> _byUnit = [];

    /// <summary>Value of the city; null when there is nothing to measure.</summary>
    public decimal? City { get; private set; }

    /// <summary>For a term that takes the latest value: one for each firmness of a figure.</summary>
    public Dictionary<StatRevision, decimal> Revisions { get; } = [];

    /// <summary>Value of a unit; a count of nothing is 0.</summary>
    public decimal? Of(string unit, TermMeasure measure) => _byUnit.TryGetValue(unit, out var value)
        ? value
        : measure is TermMeasure.Count or TermMeasure.Distinct or TermMeasure.Sum ? 0 : null;

    /// <summary>Takes a value; without unit that of the city.</summary>
    public void Set(string? unit, decimal? value)
    {
        if (unit is null)
        {
            City = value;
        }
        else
        {
            _byUnit[unit] = value;
        }
    }

    /// <summary>The lower of two results at every place.</summary>
    public static TermResult Lowest(TermResult left, TermResult right, TermMeasure measure)
    {
        var lowest = new TermResult { City = Lower(left.City, right.City) };
        foreach (var (revision, value) in left.Revisions)
        {
            lowest.Revisions[revision] = value;
        }

        foreach (var unit in left._byUnit.Keys.Union(right._byUnit.Keys))
        {
            lowest._byUnit[unit] = Lower(left.Of(unit, measure), right.Of(unit, measure));
        }

        return lowest;
    }

    private static decimal? Lower(decimal? left, decimal? right) => left is null || right is null ? left ?? right : Math.Min(left.Value, right.Value);
}
