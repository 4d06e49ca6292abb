using System.Collections.Concurrent;
using System.Diagnostics;

namespace HubExchange.Benchmarks.Watch;

/// <summary>What many watchers heard: key, and timestamp of its arrival, once for every watcher that it concerns.</summary>
internal sealed class Heard
{
    private readonly ConcurrentQueue<(string Key, long At)> _events = [];

    /// <summary>A watcher heard of a record.</summary>
    public void Add(string key, long at) => _events.Enqueue((key, at));

    /// <summary>Returns when so much was heard.</summary>
    /// <param name="count">How much.</param>
    /// <param name="watching">The watches, none of which may end before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TimeoutException">It was not.</exception>
    public async Task UntilAsync(int count, IEnumerable<Task> watching, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (_events.Count < count)
        {
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromMinutes(2))
            {
                throw new TimeoutException($"Of {count} events {_events.Count} were heard.");
            }

            await Task.WhenAny([.. watching, Task.Delay(10, cancellationToken)]).Unwrap();
        }
    }

    /// <summary>Milliseconds from a moment of each record to its arrival; 0 where a watcher has it before.</summary>
    /// <param name="moments">Timestamps by key.</param>
    public double[] Since(IReadOnlyDictionary<string, long> moments) =>
        [.. _events.Select(heard => Math.Max(0, Stopwatch.GetElapsedTime(moments[heard.Key], heard.At).TotalMilliseconds))];
}
