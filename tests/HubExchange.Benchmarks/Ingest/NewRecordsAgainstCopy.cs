using HubExchange.Benchmarks.Load;

namespace HubExchange.Benchmarks.Ingest;

/// <summary>What share of binary COPY's rate of the same rows into a plain table does the hub reach with new records?</summary>
internal sealed class NewRecordsAgainstCopy : IBenchmark
{
    public string Name => "ingest.copy";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var hub = await bench.HubAsync(cancellationToken);
        var plain = await bench.PlainAsync(cancellationToken);
        var count = bench.Options.Records;
        var (ours, peers) = (new List<double>(), new List<double>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            var batch = Organizations.NewBatch();
            var frames = Frames.Of(batch, 0, count, IngestShape.Streams, IngestShape.FrameSize);
            ours.Add((await hub.PushAsync(frames, cancellationToken)).StoredPerSecond(count));
            var rows = await hub.CopyOutAsync(batch, cancellationToken);
            peers.Add(count / (await plain.CopyInAsync(rows, cancellationToken)).TotalSeconds);
        }

        return
        [
            new Measurement(Name, "新增记录与二进制 COPY 相比", "new records against binary COPY", "records/s", ours)
            {
                Target = Target.RatioAtLeast(0.4), Peer = "PostgreSQL binary COPY, one transaction", PeerValues = peers,
            },
        ];
    }
}
