using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using HubExchange.V1;

namespace HubExchange.Server.Quality;

/// <summary>Scores as messages.</summary>
internal static class QualityMessages
{
    /// <summary>A score and its change since an earlier one, if there is any.</summary>
    public static SourceQuality Of(ScoreRow row, ScoreRow? before)
    {
        var earlier = before?.Dimensions.ToDictionary(each => each.Dimension, each => each.Percent);
        return new SourceQuality
        {
            Source = row.Source,
            Name = row.Name,
            Rank = row.Rank,
            RankChange = row.Rank > 0 && before is { Rank: > 0 } ? before.Rank - row.Rank : 0,
            Total = Text(row.Total),
            Change = Change(row.Total, before?.Total),
            Dimensions =
            {
                row.Dimensions.Select(each => new DimensionQuality
                {
                    Dimension = each.Dimension,
                    Percent = Text(each.Percent),
                    Change = Change(each.Percent, earlier?[each.Dimension]),
                }),
            },
            ComputedAt = Timestamp.FromDateTime(row.ComputedAt),
        };
    }

    /// <summary>The measures in their order.</summary>
    public static IEnumerable<QualityMeasure> Of(IEnumerable<Share> shares) =>
        from kind in MeasureKind.All
        join share in shares on kind.Id equals share.Measure
        let isWhole = share.Good == share.Examined
        select new QualityMeasure
        {
            Id = kind.Id,
            Dimension = kind.Dimension,
            Label = kind.Zh,
            LabelEn = kind.En,
            Good = share.Good,
            Examined = share.Examined,
            Percent = Text(Score.Round(share.Percent)),
            Path = isWhole ? "" : string.Format(CultureInfo.InvariantCulture, kind.Path, share.Source),
            Command = isWhole ? "" : string.Format(CultureInfo.InvariantCulture, kind.Command, share.Source),
        };

    public static QualityPoint Of(TrendRow row) => new() { Day = Text(row.Day), Total = Text(row.Total), Rank = row.Rank };

    public static string Text(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    private static string Text(decimal? percent) => percent?.ToString("0.00", CultureInfo.InvariantCulture) ?? "";

    private static string Change(decimal? now, decimal? before) =>
        (now - before)?.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture) ?? "";
}
