namespace HubExchange.Simulator.Generation;

/// <summary>
/// SplitMix64: small, fast and the same on every platform, which <see cref="Random"/> does not promise. Every part of the city has its own
/// sequence, so that a change to one part leaves the records of the others alone.
/// </summary>
internal sealed class Prng(ulong state)
{
    /// <summary>The sequence for one purpose.</summary>
    public static Prng Of(long seed, string purpose)
    {
        // FNV-1a over the purpose, so that equal seeds give unrelated sequences for different purposes.
        var hash = 14695981039346656037UL;
        foreach (var c in purpose)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return new Prng(Mix((ulong)seed) ^ hash);
    }

    public ulong Draw() => Mix(state += 0x9E3779B97F4A7C15UL);

    /// <summary>From 0 to <paramref name="limit"/> - 1.</summary>
    public int Below(int limit) => (int)(((UInt128)Draw() * (uint)limit) >> 64);

    /// <summary>Both ends included.</summary>
    public int Between(int first, int last) => first + Below(last - first + 1);

    /// <summary>Both ends included.</summary>
    public long Between(long first, long last) => first + (long)(((UInt128)Draw() * (ulong)(last - first + 1)) >> 64);

    public bool Chance(int percent) => Below(100) < percent;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>An index, as likely as its weight.</summary>
    public int Weighted(params ReadOnlySpan<int> weights)
    {
        var total = 0;
        foreach (var weight in weights)
        {
            total += weight;
        }

        var drawn = Below(total);
        var index = 0;
        while (drawn >= weights[index])
        {
            drawn -= weights[index++];
        }

        return index;
    }

    /// <summary>Both ends included.</summary>
    public DateOnly Day(DateOnly first, DateOnly last) => first.AddDays(Below(last.DayNumber - first.DayNumber + 1));

    /// <summary>Any day of a year.</summary>
    public DateOnly Day(int year) => Day(new DateOnly(year, 1, 1), new DateOnly(year, 12, 31));

    /// <summary>Up to <paramref name="count"/> different items in random order.</summary>
    public List<T> Sample<T>(IReadOnlyList<T> items, int count)
    {
        var pool = items.ToArray();
        var size = Math.Min(count, pool.Length);
        for (var i = 0; i < size; i++)
        {
            var other = i + Below(pool.Length - i);
            (pool[i], pool[other]) = (pool[other], pool[i]);
        }

        return [.. pool.AsSpan(0, size)];
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
