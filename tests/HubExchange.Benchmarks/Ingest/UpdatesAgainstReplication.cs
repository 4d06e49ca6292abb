using HubExchange.Benchmarks.Load;
using HubExchange.Benchmarks.Peers;

namespace HubExchange.Benchmarks.Ingest;

/// <summary>
/// How many changed records a second, each with three fields changed, against logical replication of the same updates? The hub keeps
/// the superseded versions, its peer does not.
/// </summary>
internal sealed class UpdatesAgainstReplication : IBenchmark
{
    public string Name => "ingest.update";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var hub = await bench.HubAsync(cancellationToken);
        var publisher = await bench.PublisherAsync(cancellationToken);
        var count = bench.Options.Records;
        var (ours, peers) = (new List<double>(), new List<double>());
        var batch = Organizations.NewBatch();
        var frames = Frames.Of(batch, 0, count, IngestShape.Streams, IngestShape.FrameSize);
        (await hub.PushAsync(frames, cancellationToken)).StoredPerSecond(count);
        await publisher.ReplicateAsync(await hub.CopyOutAsync(batch, cancellationToken), cancellationToken);
        for (var run = 1; run <= bench.Options.Runs; run++)
        {
            frames = Frames.Of(batch, 0, count, IngestShape.Streams, IngestShape.FrameSize, version: run);
            ours.Add((await hub.PushAsync(frames, cancellationToken)).StoredPerSecond(count));
            var rows = await hub.CopyOutAsync(batch, cancellationToken);
            peers.Add(count / (await publisher.ReplicateAsync(rows, cancellationToken)).TotalSeconds);
        }

        return
        [
            new Measurement(Name, "更新每条记录的三个字段", "three fields of every record changed", "records/s", ours)
            {
                Target = Target.RatioAtLeast(1.0), Peer = Publisher.PeerName, PeerValues = peers,
            },
        ];
    }
}
