using HubExchange.Contracts.Validation.Checks;
using HubExchange.Contracts.Validation.Formats;
using HubExchange.Technology.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>Number and owners of an achievement.</summary>
internal static class AchievementRules
{
    private const string Type = "technology.achievement";

    public static readonly IRecordRule[] All =
    [
        new RecordRule<Achievement>(
            new("registration.year", Type, Severity.Warning, QualityDimension.Consistency,
                "成果登记号中的年份与登记日期的年份({detail})不一致;请核对。",
                "The year in the number is not that of the registration ({detail}); check both."),
            YearOfNumber),
        new RecordRule<Achievement>(
            new("owners.first", Type, Severity.Error, QualityDimension.Consistency,
                "“完成单位”须包含第一完成单位;请补上或改正第一完成单位。",
                "The owners must include the first one; add it or correct the first."),
            record =>
                record.Uscc.Length > 0 && record.OwnerUsccs.Count > 0 && !record.OwnerUsccs.Contains(record.Uscc)
                    ? new Breach("owner_usccs", record.Uscc)
                    : null),
    ];

    private static Breach? YearOfNumber(Achievement record) =>
        AchievementNumber.HasForm(record.RegistrationNo) && CalendarDate.TryParse(record.RegisteredOn, out var registered) &&
        AchievementNumber.Year(record.RegistrationNo) != registered.Year
            ? new Breach("registration_no", record.RegistrationNo, Text.Of(registered.Year))
            : null;
}
