namespace HubExchange.Testing;

/// <summary>Waits for something that happens by itself, as short as possible and never for ever.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Returns as soon as <paramref name="condition"/> holds.</summary>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="what">What is waited for, for the message.</param>
    /// <param name="limit">How long to wait; 30 seconds unless given.</param>
    /// <exception cref="TimeoutException">It does not hold in time.</exception>
    public static Task HoldsAsync(Func<bool> condition, string what, TimeSpan? limit = null) =>
        HoldsAsync(() => Task.FromResult(condition()), what, limit);

    /// <summary>Returns as soon as <paramref name="condition"/> holds.</summary>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="what">What is waited for, for the message.</param>
    /// <param name="limit">How long to wait; 30 seconds unless given.</param>
    /// <exception cref="TimeoutException">It does not hold in time.</exception>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what, TimeSpan? limit = null)
    {
        using var timer = new PeriodicTimer(Interval);
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(began) > (limit ?? Limit))
            {
                throw new TimeoutException($"Not within {limit ?? Limit}: {what}.");
            }

            await timer.WaitForNextTickAsync();
        }
    }
}
