using System.Globalization;
using HubExchange.Mechanism.V1;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>A period of a return.</summary>
/// <param name="Name">As contracts write it: <c>2021</c>, <c>2021-H1</c>, <c>2021-Q2</c>, <c>2021-06</c>.</param>
/// <param name="End">Its last day.</param>
/// <param name="NextEnd">Last day of the next one.</param>
internal sealed record ReturnPeriod(string Name, DateOnly End, DateOnly NextEnd)
{
    /// <summary>The periods of a cadence that end between two days, both included, in order.</summary>
    public static IEnumerable<ReturnPeriod> Between(ReportingCadence cadence, DateOnly from, DateOnly until)
    {
        var months = cadence switch
        {
            ReportingCadence.Monthly => 1,
            ReportingCadence.Quarterly => 3,
            ReportingCadence.HalfYearly => 6,
            _ => 12,
        };
        for (var next = new DateOnly(from.Year, 1, 1).AddMonths(months); next.AddDays(-1) <= until; next = next.AddMonths(months))
        {
            var end = next.AddDays(-1);
            if (end >= from)
            {
                yield return new ReturnPeriod(NameOf(months, end), end, next.AddMonths(months).AddDays(-1));
            }
        }
    }

    private static string NameOf(int months, DateOnly end) => months switch
    {
        1 => end.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        3 => string.Create(CultureInfo.InvariantCulture, $"{end.Year:D4}-Q{end.Month / 3}"),
        6 => string.Create(CultureInfo.InvariantCulture, $"{end.Year:D4}-H{end.Month / 6}"),
        _ => end.ToString("yyyy", CultureInfo.InvariantCulture),
    };
}
