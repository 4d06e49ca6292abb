namespace HubExchange.Client.Push;

/// <summary>
/// Pauses between connections, with decorrelated jitter: each is drawn between the shortest pause and three times the one before,
/// so that the nodes of a whole city do not come back at the same second.
/// </summary>
internal sealed class Backoff(TimeSpan min, TimeSpan max, Random random)
{
    // Zero stands for no pause yet.
    private TimeSpan _last;

    /// <summary>The next pause; never shorter than the hub asked for.</summary>
    public TimeSpan Next(TimeSpan? asked)
    {
        var ceiling = TimeSpan.FromTicks(Math.Min(max.Ticks, Math.Max(_last.Ticks, min.Ticks) * 3));
        _last = min + ((ceiling - min) * random.NextDouble());
        return asked > _last ? asked.Value : _last;
    }

    public void Reset() => _last = TimeSpan.Zero;
}
