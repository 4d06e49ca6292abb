using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;

namespace HubExchange.Server.Query;

/// <summary>
/// The moment a read is about, in both times: what the hub knew at <paramref name="RecordedAsOf"/> of what was true on
/// <paramref name="EffectiveOn"/>. Null means the latest.
/// </summary>
/// <param name="RecordedAsOf">Instant, UTC; versions the hub recorded later do not count.</param>
/// <param name="EffectiveOn">Business date (Asia/Shanghai); versions that hold from a later date do not count.</param>
internal sealed record ReadTime(DateTime? RecordedAsOf, DateOnly? EffectiveOn)
{
    /// <summary>What the hub shows when nobody asks for another moment.</summary>
    public static ReadTime Current { get; } = new(null, null);

    /// <summary>
    /// A record counts before the day its first version holds from as it is in that version. What a source reports for the first time
    /// holds, unless it says otherwise, from the day of the report, and yet tells of years before. Consolidated reads only.
    /// </summary>
    public bool ReachesBack { get; init; }

    /// <summary>Every key's latest version, so the current table answers alone.</summary>
    public bool IsCurrent => RecordedAsOf is null && EffectiveOn is null;

    /// <summary>Reads the two fields that every read request has.</summary>
    public static ReadTime Of(Timestamp? recordedAsOf, string effectiveOn)
    {
        DateOnly? day = effectiveOn.Length == 0
            ? null
            : DateOnly.TryParseExact(effectiveOn, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                ? date
                : throw HubErrors.InvalidRequest(new FieldProblem("effective_on", "日期应写作 YYYY-MM-DD", "a date is YYYY-MM-DD"));
        try
        {
            return new ReadTime(recordedAsOf?.ToDateTime(), day);
        }
        catch (InvalidOperationException)
        {
            throw HubErrors.InvalidRequest(new FieldProblem("recorded_as_of", "超出 0001–9999 年", "outside the years 0001 to 9999"));
        }
    }

    /// <summary>
    /// The business day of the read, so that what depends on "today" comes out the same whenever it is asked: the day that is asked
    /// for, else that of the instant, else today.
    /// </summary>
    public DateOnly Day(TimeProvider time) =>
        EffectiveOn ?? (RecordedAsOf is { } instant ? ChinaTime.DayOf(new DateTimeOffset(instant)) : ChinaTime.Today(time));

    /// <summary>What tells lists of different moments apart, for page tokens.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{RecordedAsOf:O}/{EffectiveOn:yyyy-MM-dd}");
}
