using HubExchange.Contracts.Validation.Checks;
using HubExchange.Contracts.Validation.Formats;
using HubExchange.Enterprise.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>Number, score and size of a technology SME.</summary>
internal static class TechSmeRules
{
    private const string Type = "enterprise.tech_sme_registration";

    public static readonly IRecordRule[] All =
    [
        new RecordRule<TechSmeRegistration>(
            new("sme_no.year", Type, Severity.Warning, QualityDimension.Consistency,
                "入库登记编号中的年份与评价年度({detail})不一致;请核对。",
                "The year in the number is not the year of evaluation ({detail}); check both."),
            YearOfNumber),
        new RecordRule<TechSmeRegistration>(
            new("score.passing", Type, Severity.Warning, QualityDimension.Consistency,
                "已入库但自评得分低于 60 分且没有直接确认理由;请核对得分或补填理由。",
                "The firm is registered with a score below 60 and no reason for direct confirmation; check the score or give the reason."),
            Score),
        new RecordRule<TechSmeRegistration>(
            new("revenue.limit", Type, Severity.Warning, QualityDimension.Accuracy,
                "营业收入 2 亿元以上的企业一般不能入库;请核对营业收入区间。",
                "A firm with revenue of 200 million yuan or more is usually not eligible; check the band."),
            Revenue),
    ];

    private static Breach? YearOfNumber(TechSmeRegistration record) =>
        SmeNumber.HasForm(record.RegNo) && record.EvalYear != 0 && SmeNumber.Year(record.RegNo) != record.EvalYear
            ? new Breach("reg_no", record.RegNo, Text.Of(record.EvalYear))
            : null;

    private static Breach? Score(TechSmeRegistration record) =>
        IsRegistered(record) && record.DirectConfirmReason.Length == 0 && DecimalText.TryParse(record.Score, out var score) && score < 60
            ? new Breach("score", record.Score)
            : null;

    private static Breach? Revenue(TechSmeRegistration record) =>
        IsRegistered(record) && record.RevenueBand == RevenueBand.From200M
            ? new Breach("revenue_band")
            : null;

    private static bool IsRegistered(TechSmeRegistration record) => record.State is TechSmeState.InStore or TechSmeState.Updated;
}
