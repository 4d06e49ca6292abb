using HubExchange.Benchmarks.Load;
using HubExchange.Benchmarks.Peers;

namespace HubExchange.Benchmarks.Ingest;

/// <summary>
/// How many new organisations a second does the hub make durable (4 streams, 500 records a frame), against logical replication of the
/// very rows it stored into a plain table? And which process uses the processors for it?
/// </summary>
internal sealed class NewRecordsAgainstReplication : IBenchmark
{
    public string Name => "ingest.new";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var hub = await bench.HubAsync(cancellationToken);
        var publisher = await bench.PublisherAsync(cancellationToken);
        var count = bench.Options.Records;
        var (ours, peers) = (new List<double>(), new List<double>());
        var (client, server, database) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            var batch = Organizations.NewBatch();
            var frames = Frames.Of(batch, 0, count, IngestShape.Streams, IngestShape.FrameSize);
            var before = ProcessFigures.ProcessorSeconds(hub);
            ours.Add((await hub.PushAsync(frames, cancellationToken)).StoredPerSecond(count));
            var after = ProcessFigures.ProcessorSeconds(hub);
            client.Add((after.Client - before.Client) * 1e6 / count);
            server.Add((after.Hub - before.Hub) * 1e6 / count);
            database.Add((after.Postgres - before.Postgres) * 1e6 / count);

            var rows = await hub.CopyOutAsync(batch, cancellationToken);
            peers.Add(count / (await publisher.ReplicateAsync(rows, cancellationToken)).TotalSeconds);
        }

        return
        [
            new Measurement(Name, "新增记录,4 流 × 每帧 500 条", "new records, 4 streams, 500 a frame", "records/s", ours)
            {
                Target = Target.RatioAtLeast(1.2), Peer = Publisher.PeerName, PeerValues = peers,
            },
            new Measurement($"{Name}.cpu.client", "每条新增记录的处理器时间:客户端", "processor time per new record: client", "µs", client),
            new Measurement($"{Name}.cpu.hub", "同上:枢纽", "the same: hub", "µs", server),
            new Measurement($"{Name}.cpu.postgresql", "同上:PostgreSQL", "the same: PostgreSQL", "µs", database),
        ];
    }
}
