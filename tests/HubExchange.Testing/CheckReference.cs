using System.Globalization;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Mechanism.V1;
using HubExchange.Region.V1;

namespace HubExchange.Testing;

/// <summary>Reference data that checks need: calendars around today, for terms that begin today, and a place.</summary>
public static class CheckReference
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

    /// <summary>Pushes the place in which <see cref="Make.Organization"/> puts organisations.</summary>
    public static async Task PushPlacesAsync(this HubClient city)
    {
        await city.PushAsync(TestHub.City, new Division { DivisionCode = "420281", Name = "大冶市", Kind = DivisionKind.CountyLevelCity });
        await city.PushAsync(TestHub.City, new ReportingUnit { UnitId = "420281", Name = "大冶市", Divisions = { "420281" } });
    }
}
