using System.Diagnostics;

namespace HubExchange.Benchmarks.Load;

/// <summary>When calls are made, and how long they take.</summary>
internal static class Pace
{
    /// <summary>Milliseconds of each call, made one after the other.</summary>
    /// <param name="count">Number of calls.</param>
    /// <param name="call">Makes the call of a number, from 0.</param>
    public static async Task<double[]> TimeAsync(int count, Func<int, Task> call)
    {
        var milliseconds = new double[count];
        for (var i = 0; i < count; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await call(i);
            milliseconds[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        return milliseconds;
    }

    /// <summary>When what a stream sends is due, so that the streams take turns and the load is even; null when nothing has to wait.</summary>
    /// <param name="began">Timestamp of the begin.</param>
    /// <param name="interval">Time between two of a stream; null for none.</param>
    /// <param name="stream">Number of the stream.</param>
    /// <param name="streams">How many there are.</param>
    public static Func<int, long>? Evenly(long began, TimeSpan? interval, int stream, int streams)
    {
        if (interval is not { } given)
        {
            return null;
        }

        var ticks = given.TotalSeconds * Stopwatch.Frequency;
        return number => began + (long)(ticks * (number + ((double)stream / streams)));
    }

    /// <summary>Waits for a timestamp.</summary>
    public static async Task UntilAsync(long timestamp, CancellationToken cancellationToken)
    {
        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), timestamp);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, cancellationToken);
        }
    }
}
