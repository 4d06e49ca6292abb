using HubExchange.V1;

namespace HubExchange.Server.Quality;

/// <summary>A score as it is stored.</summary>
internal sealed record ScoreRow(
    string Source, string Name, DateOnly Day, int Rank, decimal? Total, decimal? Conformity, decimal? Completeness, decimal? Accuracy,
    decimal? Consistency, decimal? Timeliness, decimal? Accessibility, DateTime ComputedAt)
{
    /// <summary>The dimensions in the order of the standard.</summary>
    public IEnumerable<(QualityDimension Dimension, decimal? Percent)> Dimensions =>
    [
        (QualityDimension.Conformity, Conformity),
        (QualityDimension.Completeness, Completeness),
        (QualityDimension.Accuracy, Accuracy),
        (QualityDimension.Consistency, Consistency),
        (QualityDimension.Timeliness, Timeliness),
        (QualityDimension.Accessibility, Accessibility),
    ];
}
