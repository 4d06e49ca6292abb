using HubExchange.Benchmarks.Load;

namespace HubExchange.Benchmarks.Ingest;

/// <summary>
/// At 20,000 new records a second, offered evenly whether or not the hub keeps up (4 streams, 100 records a frame): how long until a
/// frame is acknowledged? A frame's clock starts when it is due, so waiting for credits counts.
/// </summary>
internal sealed class SteadyLoadLatency : IBenchmark
{
    private const int RecordsPerSecond = 20_000;
    private const int FrameSize = 100;

    public string Name => "ingest.steady";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var hub = await bench.HubAsync(cancellationToken);
        var count = RecordsPerSecond * (bench.Options.IsQuick ? 3 : 10);
        var interval = TimeSpan.FromSeconds((double)FrameSize * IngestShape.Streams / RecordsPerSecond);
        var (p50, p99) = (new List<double>(), new List<double>());

        // The first run is not counted: it leaves the files of the log that the others use again. Making a new one stalls every commit.
        for (var run = -1; run < bench.Options.Runs; run++)
        {
            var frames = Frames.Of(Organizations.NewBatch(), 0, count, IngestShape.Streams, FrameSize);
            await hub.CheckpointAsync(cancellationToken);
            var pushed = await hub.PushAsync(frames, cancellationToken, interval: interval);
            if (run < 0)
            {
                continue;
            }

            p50.Add(Statistics.Median([.. pushed.Latencies]));
            p99.Add(Statistics.Percentile([.. pushed.Latencies], 99));
        }

        return
        [
            new Measurement(Name, "每秒 20,000 条时的确认时延 p99", "p99 of the ack at 20,000 records/s", "ms", p99) { Target = Target.Below(30) },
            new Measurement($"{Name}.p50", "同上,p50", "the same, p50", "ms", p50),
        ];
    }
}
