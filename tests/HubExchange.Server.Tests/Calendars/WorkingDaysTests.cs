using System.Globalization;
using HubExchange.Client.Files;
using HubExchange.Contracts.Entities;
using HubExchange.Mechanism.V1;
using HubExchange.Server.Calendars;

namespace HubExchange.Server.Tests.Calendars;

/// <summary>Terms in working days, by the calendars that the product ships.</summary>
public sealed class WorkingDaysTests
{
    private static readonly WorkingDays Official = new(Reference());

    [Theory]
    [InlineData("2021-02-05", 10, "2021-02-24")]
    [InlineData("2021-01-29", 15, "2021-02-24")]
    [InlineData("2021-03-01", 10, "2021-03-15")]
    [InlineData("2021-03-01", 20, "2021-03-29")]
    [InlineData("2021-09-28", 10, "2021-10-18")]
    public void Term_EndsOnTheDayOfTheTable(string received, int days, string due)
    {
        Assert.Equal(Day(due), Official.Add(Day(received), days));
        Assert.Equal(days, Official.Between(Day(received), Day(due)));
    }

    [Theory]
    [InlineData("2021-02-07", true)]
    [InlineData("2021-02-11", false)]
    [InlineData("2021-02-20", true)]
    [InlineData("2021-02-21", false)]
    [InlineData("2022-12-31", false)]
    [InlineData("2024-10-12", true)]
    [InlineData("2026-02-23", false)]
    [InlineData("2026-02-24", true)]
    public void DaysOff_AndMakeupDays_AreThoseOfTheNotices(string day, bool isWorked) => Assert.Equal(isWorked, Official.IsWorkingDay(Day(day)));

    [Fact]
    public void Year2021_Has250WorkingDays() => Assert.Equal(250, Official.Between(Day("2020-12-31"), Day("2021-12-31")));

    [Fact]
    public void Reference_HoldsSevenYears_EachDayInItsOwnYear()
    {
        var calendars = Reference();

        Assert.Equal(["2020", "2021", "2022", "2023", "2024", "2025", "2026"], calendars.Select(calendar => calendar.Year));
        Assert.All(calendars, calendar => Assert.All(calendar.DaysOff.Concat(calendar.MakeupDays), day => Assert.StartsWith(calendar.Year, day)));
    }

    [Fact]
    public void MissingYear_IsAnError_NeverWeekdays()
    {
        var missing = Assert.Throws<CalendarMissingException>(() => Official.Add(Day("2026-12-25"), 10));

        Assert.Equal(2027, missing.Year);
        Assert.Throws<CalendarMissingException>(() => Official.IsWorkingDay(Day("2019-06-03")));
        Assert.Equal(Day("2026-12-31"), Official.Add(Day("2026-12-25"), 4));
    }

    private static List<WorkingCalendar> Reference() =>
        [.. RecordFile.Open(Path.Combine(AppContext.BaseDirectory, "huangshi", "mechanism.working_calendar.csv"), CityEntityTypes.All.Of<WorkingCalendar>())
            .ReadRows()
            .Select(row => (WorkingCalendar)row.Record!)];

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
