using System.Collections.Concurrent;

namespace HubExchange.Server.Identity;

/// <summary>Remembers what was looked up for a short time, so that a busy caller costs one query per period and not one per call.</summary>
/// <param name="period">How long a value is believed, counted from before it was looked up.</param>
/// <param name="capacity">Most values kept. A flood of made-up keys forgets everything rather than filling the memory.</param>
/// <param name="time">Clock.</param>
internal sealed class RecentValues<TKey, TValue>(TimeSpan period, int capacity, TimeProvider time)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, (TValue Value, long Since)> _values = new();

    public async ValueTask<TValue> GetAsync(
        TKey key, Func<TKey, CancellationToken, Task<TValue>> find, CancellationToken cancellationToken)
    {
        if (_values.TryGetValue(key, out var known) && time.GetElapsedTime(known.Since) < period)
        {
            return known.Value;
        }

        var since = time.GetTimestamp();
        var value = await find(key, cancellationToken);
        if (_values.Count >= capacity)
        {
            _values.Clear();
        }

        _values[key] = (value, since);
        return value;
    }

    /// <summary>Forgets everything, after a change that should count at once.</summary>
    public void Clear() => _values.Clear();
}
