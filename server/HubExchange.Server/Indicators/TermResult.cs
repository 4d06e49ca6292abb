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

    /// <summary>One of its own with the same values.</summary>
    public TermResult Copy()
    {
        var copy = new TermResult { City = City };
        foreach (var (unit, value) in _byUnit)
        {
            copy._byUnit[unit] = value;
        }

        foreach (var (revision, value) in Revisions)
        {
            copy.Revisions[revision] = value;
        }

        return copy;
    }

    /// <summary>Keeps the lower of both at every place.</summary>
    public void Lower(TermResult other, TermMeasure measure)
    {
        City = Lower(City, other.City);
        foreach (var unit in _byUnit.Keys.Union(other._byUnit.Keys).ToList())
        {
            _byUnit[unit] = Lower(Of(unit, measure), other.Of(unit, measure));
        }
    }

    private static decimal? Lower(decimal? left, decimal? right) => left is null || right is null ? left ?? right : Math.Min(left.Value, right.Value);
}
