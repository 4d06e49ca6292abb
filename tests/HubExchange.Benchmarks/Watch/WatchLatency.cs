using System.Diagnostics;
using HubExchange.Benchmarks.Load;

namespace HubExchange.Benchmarks.Watch;

/// <summary>
/// With 1,000 watchers and 2,000 new records a second (4 streams, 20 records a frame): how long after the ack of a record does a watcher
/// that it concerns have it? One that has it before the ack counts as 0.
/// </summary>
internal sealed class WatchLatency : IBenchmark
{
    /// <summary>Watchers of every question about many of them.</summary>
    public const int Watchers = 1_000;

    private const int RecordsPerSecond = 2_000;
    private const int FrameSize = 20;
    private const int Streams = 4;

    public string Name => "watch.latency";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var hub = await bench.WatchedHubAsync(cancellationToken);
        var count = RecordsPerSecond * (bench.Options.IsQuick ? 2 : 10);
        var (p50, p99) = (new List<double>(), new List<double>());
        await using var crowd = await WatchCrowd.OpenAsync(hub, Watchers, cancellationToken);

        // The first run lets the code warm up.
        for (var run = -1; run < bench.Options.Runs; run++)
        {
            crowd.Heard.Clear();
            var batch = Organizations.NewBatch();
            var frames = Frames.Of(batch, 0, count, Streams, FrameSize);
            var pushed = await hub.PushAsync(
                frames, cancellationToken, interval: TimeSpan.FromSeconds((double)FrameSize * Streams / RecordsPerSecond));
            await crowd.HearAsync(WatchCrowd.Expected(Watchers, count), cancellationToken);
            if (run < 0)
            {
                continue;
            }

            var acked = Enumerable.Range(0, count).ToDictionary(
                index => batch.Record(index).Uscc,
                index => pushed.AckedAt[index / FrameSize % Streams][index / FrameSize / Streams]);
            var latencies = crowd.Heard
                .Select(heard => Math.Max(0, Stopwatch.GetElapsedTime(acked[heard.Key], heard.At).TotalMilliseconds))
                .ToArray();
            p50.Add(Statistics.Median(latencies));
            p99.Add(Statistics.Percentile(latencies, 99));
        }

        return
        [
            new Measurement(Name, "1,000 个订阅、每秒 2,000 条变更,从确认到订阅者 p99", "1,000 watchers, 2,000 changes/s, ack to watcher, p99", "ms", p99)
            {
                Target = Target.Below(100),
            },
            new Measurement($"{Name}.p50", "同上,p50", "the same, p50", "ms", p50) { Target = Target.Below(30) },
        ];
    }
}
