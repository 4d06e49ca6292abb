using HubExchange.Contracts.Validation.Formats;
using HubExchange.Platform.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>Scores of an evaluation.</summary>
internal static class PlatformEvaluationRules
{
    private const string Type = "platform.evaluation";

    public static readonly IRecordRule[] All =
    [
        new RecordRule<PlatformEvaluation>(
            new("criteria.max", Type, Severity.Error, QualityDimension.Accuracy,
                "分项得分超过满分({detail});请核对。",
                "A score is above the best possible one ({detail}); check it."),
            Scores),
    ];

    private static Breach? Scores(PlatformEvaluation record)
    {
        for (var i = 0; i < record.Criteria.Count; i++)
        {
            var criterion = record.Criteria[i];
            if (DecimalText.TryParse(criterion.Score, out var score) && DecimalText.TryParse(criterion.MaxScore, out var best) && score > best)
            {
                return new Breach("criteria", criterion.Score, $"{criterion.Score} > {criterion.MaxScore}", i);
            }
        }

        return null;
    }
}
