using HubExchange.Mechanism.V1;
using HubExchange.V1;

namespace HubExchange.Server.Indicators;

/// <summary>
/// Compares values with targets. What adds up over the year is due month by month (序时进度, month/12 of the target), everything else at
/// its deadline. Green: reached, or all of what is due; yellow: four fifths of it, or not reached while there is time; red: less.
/// </summary>
internal static class Scoring
{
    private const decimal YellowShare = 0.8m;

    /// <summary>The target of a place; growth is compared with that of the province, so the difference must not be negative.</summary>
    public static decimal? TargetOf(IndicatorTarget target) =>
        DecimalText.Read(target.TargetValue) ?? (target.Kind == IndicatorKind.RateAgainstBenchmark ? 0 : null);

    /// <summary>The part of a target that is due at the date; null when nothing is due yet or there is no target.</summary>
    public static decimal? DueOf(IndicatorTarget target, decimal? wanted, DateOnly? deadline, IndicatorPeriod period)
    {
        if (wanted is null || !IsCompared(target))
        {
            return null;
        }

        if (target.Kind is IndicatorKind.Flow or IndicatorKind.FlowSum or IndicatorKind.YearlyRegister)
        {
            return Math.Round(wanted.Value * period.WholeMonths / 12, 4, MidpointRounding.AwayFromZero);
        }

        // The last day of a dated milestone is still in time; a stock is what it is at the end of its day.
        var isUp = target.Kind == IndicatorKind.DatedMilestone ? period.Day > deadline : period.Day >= deadline;
        return isUp ? wanted : null;
    }

    /// <summary>Colour of a value.</summary>
    public static Light LightOf(IndicatorTarget target, decimal? value, decimal? wanted, decimal? due, decimal? previous)
    {
        if (value is null)
        {
            return Light.Unspecified;
        }

        if (target.Direction == TargetDirection.Improve)
        {
            return previous is null ? Light.Unspecified : IsBetter(target, value.Value, previous.Value) ? Light.Green : Light.Red;
        }

        if (wanted is null || !IsCompared(target))
        {
            return Light.Unspecified;
        }

        if (IsReached(target, value.Value, wanted.Value))
        {
            return Light.Green;
        }

        if (due is null)
        {
            return Light.Yellow;
        }

        if (target.Direction == TargetDirection.Below)
        {
            return Light.Red;
        }

        return value >= due && due < wanted ? Light.Green : value >= due * YellowShare && due > 0 ? Light.Yellow : Light.Red;
    }

    /// <summary>Whether a value is better than another one: a higher one, but for places and durations a lower one.</summary>
    public static bool IsBetter(IndicatorTarget target, decimal value, decimal other) => LowerIsBetter(target) ? value < other : value > other;

    /// <summary>Gives every unit its place: 1 is the best, equal values share one.</summary>
    public static void Rank(IndicatorTarget target, IReadOnlyCollection<ScoreCell> units)
    {
        var values = units.Where(unit => unit.Value.Length > 0).Select(unit => (Unit: unit, Value: DecimalText.Read(unit.Value)!.Value)).ToList();
        foreach (var (unit, value) in values)
        {
            unit.Rank = 1 + values.Count(other => IsBetter(target, other.Value, value));
        }
    }

    private static bool LowerIsBetter(IndicatorTarget target) =>
        target.Direction == TargetDirection.Below || target.Kind is IndicatorKind.RankChange or IndicatorKind.Duration;

    private static bool IsCompared(IndicatorTarget target) => target.Direction is not (TargetDirection.Unspecified or TargetDirection.None);

    // More than an exact number is more than was promised.
    private static bool IsReached(IndicatorTarget target, decimal value, decimal wanted) => target.Direction switch
    {
        TargetDirection.Above => value > wanted,
        TargetDirection.Below => value < wanted,
        _ => value >= wanted,
    };
}
