using System.Collections.Frozen;
using System.Globalization;
using HubExchange.Mechanism.V1;

namespace HubExchange.Server.Calendars;

/// <summary>
/// Counts working days by the official calendars that are in the hub. A year without a calendar is an error: counting its Mondays to
/// Fridays would give a term that nobody has set.
/// </summary>
internal sealed class WorkingDays
{
    private readonly FrozenSet<int> _years;
    private readonly FrozenSet<DateOnly> _daysOff;
    private readonly FrozenSet<DateOnly> _makeupDays;

    public WorkingDays(IReadOnlyCollection<WorkingCalendar> calendars)
    {
        _years = calendars.Select(calendar => int.Parse(calendar.Year, CultureInfo.InvariantCulture)).ToFrozenSet();
        _daysOff = calendars.SelectMany(calendar => calendar.DaysOff).Select(DayOf).ToFrozenSet();
        _makeupDays = calendars.SelectMany(calendar => calendar.MakeupDays).Select(DayOf).ToFrozenSet();
    }

    /// <summary>Whether a day is worked on: not a weekend unless made up for, and not a day off.</summary>
    /// <exception cref="CalendarMissingException">There is no calendar of its year.</exception>
    public bool IsWorkingDay(DateOnly day)
    {
        if (!_years.Contains(day.Year))
        {
            throw new CalendarMissingException(day.Year);
        }

        return !_daysOff.Contains(day) && (_makeupDays.Contains(day) || day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday));
    }

    /// <summary>The last day of a term: the first working day after the receipt counts as 1.</summary>
    /// <exception cref="CalendarMissingException">The term reaches into a year without a calendar.</exception>
    public DateOnly Add(DateOnly receivedOn, int workingDays)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(workingDays);
        var day = receivedOn;
        for (var left = workingDays; left > 0;)
        {
            day = day.AddDays(1);
            left -= IsWorkingDay(day) ? 1 : 0;
        }

        return day;
    }

    /// <summary>Working days after one day up to another, that one included; 0 when it is not later.</summary>
    /// <exception cref="CalendarMissingException">A year between them has no calendar.</exception>
    public int Between(DateOnly after, DateOnly until)
    {
        var count = 0;
        for (var day = after.AddDays(1); day <= until; day = day.AddDays(1))
        {
            count += IsWorkingDay(day) ? 1 : 0;
        }

        return count;
    }

    private static DateOnly DayOf(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
