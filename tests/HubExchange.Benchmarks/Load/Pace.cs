using System.Diagnostics;

namespace HubExchange.Benchmarks.Load;

/// <summary>Times calls made one after the other, as one caller makes them.</summary>
internal static class Pace
{
    /// <summary>Milliseconds of each call.</summary>
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
}
