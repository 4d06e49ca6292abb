using HubExchange.Benchmarks.Load;

namespace HubExchange.Benchmarks.Ingest;

/// <summary>When a county sends everything again and nothing has changed: how fast, and how much does the database write for it?</summary>
internal sealed class UnchangedRecords : IBenchmark
{
    public string Name => "ingest.unchanged";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var hub = await bench.HubAsync(cancellationToken);
        var count = bench.Options.Records;
        var (unchanged, stored, written) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            var frames = Frames.Of(Organizations.NewBatch(), 0, count, IngestShape.Streams, IngestShape.FrameSize);
            stored.Add((await hub.PushAsync(frames, cancellationToken)).StoredPerSecond(count));
            await hub.VacuumAsync(cancellationToken);
            var before = await hub.WalPositionAsync(cancellationToken);
            unchanged.Add((await hub.PushAsync(frames, cancellationToken)).UnchangedPerSecond(count));
            written.Add((await hub.WalPositionAsync(cancellationToken) - before) / (double)count);
        }

        return
        [
            new Measurement(Name, "全量重推,没有变化", "everything again, nothing changed", "records/s", unchanged)
            {
                Target = Target.RatioAtLeast(2.5), Peer = "our own rate of new records", PeerValues = stored,
            },
            new Measurement($"{Name}.wal", "同上,每条记录写入的 WAL", "the same, WAL written per record", "bytes", written)
            {
                Target = Target.Below(20),
            },
        ];
    }
}
