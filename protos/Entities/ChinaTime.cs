namespace HubExchange.Contracts.Entities;

/// <summary>The business time zone of every date in the contracts: Asia/Shanghai, which has had no daylight saving time since 1991.</summary>
public static class ChinaTime
{
    private static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    /// <summary>The calendar day there at the moment.</summary>
    public static DateOnly Today(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return DayOf(time.GetUtcNow().UtcDateTime);
    }

    /// <summary>The calendar day there at an instant, given in UTC.</summary>
    public static DateOnly DayOf(DateTime instant) => instant > DateTime.MaxValue - Offset
        ? DateOnly.MaxValue
        : DateOnly.FromDateTime(instant + Offset);
}
