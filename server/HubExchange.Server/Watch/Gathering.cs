namespace HubExchange.Server.Watch;

/// <summary>
/// How long commits are gathered before they are handed out: what is handed out together costs less. The reader of the feed is quick while
/// there is little to do, and takes a quarter of a core at most where much is written.
/// </summary>
internal static class Gathering
{
    private const int Factor = 3;

    // Beyond 10,000 entries a second the time grows by itself, up to the most that anybody should wait.
    private static readonly TimeSpan PerEntry = TimeSpan.FromMilliseconds(0.1);
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(250);

    /// <summary>The time after which the next ones are handed out.</summary>
    /// <param name="worked">How long it took to hand out the last ones.</param>
    /// <param name="entries">How many they were.</param>
    public static TimeSpan Of(TimeSpan worked, long entries)
    {
        var most = TimeSpan.FromTicks(Math.Clamp(entries * PerEntry.Ticks, Least.Ticks, Most.Ticks));
        return worked * Factor is var wanted && wanted < most ? wanted : most;
    }
}
