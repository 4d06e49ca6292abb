using System.Globalization;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Mechanism.V1;

namespace HubExchange.Testing;

/// <summary>Working calendars around today for tests whose terms begin today.</summary>
public static class Calendars
{
    /// <summary>Pushes plain calendars (New Year's Day off) of the last, this and the next year.</summary>
    public static async Task PushCalendarsAsync(this HubClient city)
    {
        var year = ChinaTime.Today(TimeProvider.System).Year;
        await city.PushAsync(
            TestHub.City,
            Enumerable.Range(year - 1, 3).Select(each => each.ToString(CultureInfo.InvariantCulture)).Select(each => new WorkingCalendar
            {
                Year = each,
                DaysOff = { $"{each}-01-01" },
            }));
    }
}
