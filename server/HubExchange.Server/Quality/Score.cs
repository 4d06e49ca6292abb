using HubExchange.V1;

namespace HubExchange.Server.Quality;

/// <summary>What the measures of a source come to.</summary>
/// <param name="Percents">By dimension, unrounded; dimensions that cannot be measured are not there.</param>
/// <param name="Total">Weighted mean, rounded to two decimals; null without any.</param>
internal sealed record Score(IReadOnlyDictionary<QualityDimension, decimal> Percents, decimal? Total)
{
    private const int Decimals = 2;

    /// <summary>A dimension is the mean of its measures; the total is the mean of the dimensions by their weights.</summary>
    public static Score Of(IEnumerable<Share> shares, QualityOptions weights)
    {
        var byId = shares.ToDictionary(share => share.Measure);
        var percents = (
            from kind in MeasureKind.All
            where byId.ContainsKey(kind.Id)
            group byId[kind.Id].Percent by kind.Dimension).ToDictionary(group => group.Key, group => group.Average());
        var weight = percents.Keys.Sum(weights.WeightOf);
        return new Score(
            percents, weight == 0 ? null : Round(percents.Sum(dimension => weights.WeightOf(dimension.Key) * dimension.Value) / weight));
    }

    /// <summary>A dimension with two decimals; null when it cannot be measured.</summary>
    public decimal? Find(QualityDimension dimension) => Percents.TryGetValue(dimension, out var percent) ? Round(percent) : null;

    /// <summary>Two decimals, a half away from zero.</summary>
    public static decimal Round(decimal percent) => decimal.Round(percent, Decimals, MidpointRounding.AwayFromZero);
}
