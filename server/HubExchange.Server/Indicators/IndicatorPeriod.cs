using System.Globalization;
using HubExchange.Mechanism.V1;

namespace HubExchange.Server.Indicators;

/// <summary>A year of a plan up to a date.</summary>
/// <param name="Year">The year.</param>
/// <param name="Day">The date that is asked for; may lie after the year.</param>
internal sealed record IndicatorPeriod(int Year, DateOnly Day)
{
    /// <summary>First day of the year.</summary>
    public DateOnly Start => new(Year, 1, 1);

    /// <summary>Last day that counts: of the year, or the date if that is earlier.</summary>
    public DateOnly End => Day < Last ? Day : Last;

    /// <summary>The day before the year.</summary>
    public DateOnly Before => Start.AddDays(-1);

    /// <summary>Last day of the year.</summary>
    public DateOnly Last => new(Year, 12, 31);

    /// <summary>The same part of the year before.</summary>
    public IndicatorPeriod Previous => new(Year - 1, Day.AddYears(-1));

    /// <summary>Whole months of the year that have passed at the end of the date, 0 to 12.</summary>
    public int WholeMonths => Day < Start ? 0 : End.AddDays(1).Year > Year ? 12 : End.AddDays(1).Month - 1;

    /// <summary>The days a term is read at; the ends of the months so far, where it is the lowest of them that counts.</summary>
    public IEnumerable<DateOnly> DaysOf(TermMoment moment)
    {
        switch (moment)
        {
            case TermMoment.Before:
                return [Before];
            case TermMoment.LowestMonthEnd:
                var ends = Enumerable.Range(1, WholeMonths).Select(month => new DateOnly(Year, month, 1).AddMonths(1).AddDays(-1));
                return ends.LastOrDefault() == End ? ends : ends.Append(End);
            default:
                return [End];
        }
    }

    /// <summary>What tells periods apart.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year}/{Day:yyyy-MM-dd}");

    /// <summary>The placeholders of the filter of a term that is read at a day.</summary>
    public IReadOnlyDictionary<string, DateOnly> Dates(DateOnly at) => new Dictionary<string, DateOnly>
    {
        ["start"] = Start,
        ["end"] = End,
        ["before"] = Before,
        ["at"] = at,
    };
}
