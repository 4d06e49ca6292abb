using HubExchange.Benchmarks.Load;

namespace HubExchange.Benchmarks.Ingest;

/// <summary>How much memory does the hub process need at most while 200 streams, each on a connection of its own, push as fast as they may?</summary>
internal sealed class MemoryOfManyStreams : IBenchmark
{
    private const int Streams = 200;

    public string Name => "ingest.memory";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var count = bench.Options.Records * 2;
        var (peak, settled, rate) = (new List<double>(), new List<double>(), new List<double>());

        // The kernel keeps the peak of a process's whole life, so each run has a hub of its own.
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            await using var hub = await HubUnderTest.StartAsync(cancellationToken);
            var frames = Frames.Of(Organizations.NewBatch(), 0, count, Streams, Math.Min(IngestShape.FrameSize, count / Streams));
            rate.Add((await hub.PushAsync(frames, cancellationToken)).StoredPerSecond(count));
            peak.Add(ProcessFigures.HubMegabytes(hub, "VmHWM"));
            settled.Add(ProcessFigures.HubMegabytes(hub, "VmRSS"));
        }

        return
        [
            new Measurement(Name, "200 条流全速时枢纽内存峰值", "peak memory of the hub, 200 streams at full rate", "MB", peak)
            {
                Target = Target.Below(600),
            },
            new Measurement($"{Name}.after", "同上,结束时", "the same, at the end", "MB", settled),
            new Measurement($"{Name}.rate", "同上,新增记录", "the same, new records", "records/s", rate),
        ];
    }
}
