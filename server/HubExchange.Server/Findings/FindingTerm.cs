using HubExchange.Server.Calendars;

namespace HubExchange.Server.Findings;

/// <summary>The term of a finding: ten working days from the day after its receipt (政务数据共享条例 art. 26), amber from the seventh.</summary>
/// <param name="ReceivedOn">Day of the receipt.</param>
/// <param name="AmberOn">Seventh working day; null while the calendar is missing.</param>
/// <param name="DueOn">Tenth working day; null while the calendar is missing.</param>
internal sealed record FindingTerm(DateOnly ReceivedOn, DateOnly? AmberOn, DateOnly? DueOn)
{
    private const int AmberDay = 7;
    private const int LastDay = 10;

    /// <summary>The term of what is received on a day.</summary>
    /// <exception cref="CalendarMissingException">It reaches into a year without a calendar.</exception>
    public static FindingTerm From(DateOnly receivedOn, WorkingDays days) =>
        new(receivedOn, days.Add(receivedOn, AmberDay), days.Add(receivedOn, LastDay));

    /// <summary>The same without an error: a check keeps what it found, and the clock job counts the term and complains of the calendar.</summary>
    public static FindingTerm TryFrom(DateOnly receivedOn, WorkingDays days)
    {
        try
        {
            return From(receivedOn, days);
        }
        catch (CalendarMissingException)
        {
            return new FindingTerm(receivedOn, null, null);
        }
    }

    /// <summary>The term after a pause: as many working days later as it stood still.</summary>
    public static DateOnly Later(DateOnly day, DateOnly pausedOn, DateOnly until, WorkingDays days) => days.Add(day, days.Between(pausedOn, until));
}
