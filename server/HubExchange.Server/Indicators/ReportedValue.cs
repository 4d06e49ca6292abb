using System.Globalization;
using HubExchange.Mechanism.V1;

namespace HubExchange.Server.Indicators;

/// <summary>A reported value of an indicator.</summary>
/// <param name="Observation">The record.</param>
/// <param name="EndsOn">Last day of its period.</param>
internal sealed record ReportedValue(IndicatorObservation Observation, DateOnly EndsOn)
{
    /// <summary>How firm it is, as a code; empty when not said.</summary>
    public string Revision => StatRevisions.CodeOf(Observation.Revision);

    /// <summary>
    /// The value that counts for a period: of the latest part of the year that has ended by its last day the last revision, of the
    /// whole year before that of its last month.
    /// </summary>
    public static ReportedValue? Latest(IEnumerable<IndicatorObservation> observations, IndicatorPeriod period) => observations
        .Select(observation => (Observation: observation, Ends: EndOf(observation.Period)))
        .Where(pair => pair.Ends is { } ends && ends >= period.Start && ends <= period.End)
        .OrderByDescending(pair => pair.Ends)
        .ThenBy(pair => pair.Observation.Period.Length)
        .ThenByDescending(pair => pair.Observation.RevisionNo)
        .Select(pair => new ReportedValue(pair.Observation, pair.Ends!.Value))
        .FirstOrDefault();

    // FORMAT_PERIOD: 2021, 2021-H1, 2021-Q2, 2021-06.
    private static DateOnly? EndOf(string period)
    {
        if (period.Length < 4 || !int.TryParse(period.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year) || year is < 1 or > 9998)
        {
            return null;
        }

        var month = period.Length switch
        {
            4 => 12,
            7 when period[5] == 'H' => (period[6] - '0') * 6,
            7 when period[5] == 'Q' => (period[6] - '0') * 3,
            7 when int.TryParse(period.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
            _ => 0,
        };
        return month is >= 1 and <= 12 ? new DateOnly(year, month, 1).AddMonths(1).AddDays(-1) : null;
    }
}
