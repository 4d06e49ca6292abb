using System.Globalization;
using HubExchange.Contracts.Validation.Checks;
using HubExchange.Contracts.Validation.Formats;
using HubExchange.Enterprise.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>Number and term of a high-tech enterprise certificate.</summary>
internal static class HteCertificateRules
{
    private const string Type = "enterprise.hte_certificate";

    public static readonly IRecordRule[] All =
    [
        new RecordRule<HteCertificate>(
            new("cert_no.year", Type, Severity.Warning, QualityDimension.Consistency,
                "证书编号中的年份与发证日期的年份({detail})不一致;请核对编号和发证日期。",
                "The year in the number is not that of the date of issue ({detail}); check both."),
            YearOfNumber),
        new RecordRule<HteCertificate>(
            new("validity.term", Type, Severity.Warning, QualityDimension.Accuracy,
                "有效期应为三年,有效期至应为 {detail};请核对。",
                "A certificate is valid for three years, so it should end on {detail}; check the dates."),
            Term),
    ];

    private static Breach? YearOfNumber(HteCertificate record) =>
        CertificateNumber.HasForm(record.CertNo) && CalendarDate.TryParse(record.IssuedOn, out var issued) &&
        CertificateNumber.Year(record.CertNo) != issued.Year
            ? new Breach("cert_no", record.CertNo, Text.Of(issued.Year))
            : null;

    private static Breach? Term(HteCertificate record)
    {
        if (!CalendarDate.TryParse(record.IssuedOn, out var issued) || !CalendarDate.TryParse(record.ValidTo, out var end) || end < issued)
        {
            return null;
        }

        var expected = issued.AddYears(3).AddDays(-1);
        return end == expected
            ? null
            : new Breach("valid_to", record.ValidTo, expected.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }
}
