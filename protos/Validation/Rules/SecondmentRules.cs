using HubExchange.Contracts.Validation.Formats;
using HubExchange.Talent.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>Units and log of a secondment.</summary>
internal static class SecondmentRules
{
    private const string Type = "talent.secondment";

    public static readonly IRecordRule[] All =
    [
        new RecordRule<Secondment>(
            new("units.differ", Type, Severity.Warning, QualityDimension.Accuracy,
                "派出单位与服务单位相同;请核对。",
                "Home and host are the same organisation; check them."),
            record =>
                record.HomeUscc.Length > 0 && record.HomeUscc == record.HostUscc ? new Breach("host_uscc", record.HostUscc) : null),
        new RecordRule<Secondment>(
            new("logs.period", Type, Severity.Warning, QualityDimension.Accuracy,
                "服务日志日期不在服务期内;请核对日志日期或服务起止日期。",
                "A log entry lies outside the period of service; check its date and the period."),
            LogPeriod),
    ];

    private static Breach? LogPeriod(Secondment record)
    {
        var start = CalendarDate.TryParse(record.StartOn, out var first) ? first : DateOnly.MinValue;
        var end = CalendarDate.TryParse(record.EndOn, out var last) ? last : DateOnly.MaxValue;
        for (var i = 0; i < record.Logs.Count; i++)
        {
            if (CalendarDate.TryParse(record.Logs[i].ServedOn, out var served) && (served < start || served > end))
            {
                return new Breach("logs", record.Logs[i].ServedOn, Index: i);
            }
        }

        return null;
    }
}
