using HubExchange.Benchmarks.Load;
using HubExchange.Benchmarks.Peers;

namespace HubExchange.Benchmarks.Ingest;

/// <summary>
/// How many times faster than etcd does the hub take new records? A frame of ours is one transaction of etcd, from as many connections
/// with several transactions on their way each; etcd keeps them as values that it knows nothing about.
/// </summary>
internal sealed class NewRecordsAgainstEtcd : IBenchmark
{
    private const int InFlight = 4;

    public string Name => "ingest.etcd";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        if (await bench.EtcdAsync(cancellationToken) is not { } etcd)
        {
            return [];
        }

        var hub = await bench.HubAsync(cancellationToken);
        var count = bench.Options.Records;
        var (ours, peers) = (new List<double>(), new List<double>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            var batch = Organizations.NewBatch();
            var frames = Frames.Of(batch, 0, count, IngestShape.Streams, IngestShape.FrameSize);
            ours.Add((await hub.PushAsync(frames, cancellationToken)).StoredPerSecond(count));
            var transactions = EtcdServer.Transactions(batch, count, IngestShape.Streams, IngestShape.FrameSize);
            peers.Add(count / (await etcd.PutAsync(transactions, InFlight, interval: null, cancellationToken)).Elapsed.TotalSeconds);
        }

        return
        [
            new Measurement(Name, "新增记录与 etcd 的批量事务相比", "new records against batched transactions of etcd", "records/s", ours)
            {
                Peer = $"{etcd.PeerName}, 500 records a transaction", PeerValues = peers,
            },
        ];
    }
}
