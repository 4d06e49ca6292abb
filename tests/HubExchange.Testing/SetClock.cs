namespace HubExchange.Testing;

/// <summary>A clock that a test sets to a day. It goes on from there, so that nothing that waits stands still.</summary>
public sealed class SetClock : TimeProvider
{
    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    private TimeSpan _ahead;

    /// <summary>Sets it to ten o'clock in China on a day.</summary>
    public void Set(DateOnly day) => _ahead = new DateTimeOffset(day.ToDateTime(new TimeOnly(10, 0)), China) - System.GetUtcNow();

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;
}
