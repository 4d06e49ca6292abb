using System.Diagnostics;
using HubExchange.Benchmarks.Load;
using HubExchange.Benchmarks.Peers;

namespace HubExchange.Benchmarks.Ingest;

/// <summary>
/// One record per frame, one stream, the next only after the ack: how much longer is the 99th percentile of the ack than the median
/// of a bare insert with commit in the same PostgreSQL?
/// </summary>
internal sealed class SingleRecordLatency : IBenchmark
{
    private const string PeerName = "p50 of a bare INSERT with commit, Npgsql, prepared";

    public string Name => "ingest.single";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var hub = await bench.HubAsync(cancellationToken);
        var plain = await bench.PlainAsync(cancellationToken);
        await PlainRow.CreateTableAsync(plain, cancellationToken);
        var count = bench.Options.IsQuick ? 500 : 3_000;
        var (p50, p99) = (new List<double>(), new List<double>());
        var (peers, peers99) = (new List<double>(), new List<double>());
        var (streamed, streamed99) = (new List<double>(), new List<double>());
        await using var stream = await BareStream.StartAsync(plain, cancellationToken);
        for (var run = -1; run < bench.Options.Runs; run++)
        {
            var batch = Organizations.NewBatch();
            var pushed = await hub.PushAsync(Frames.Of(batch, 0, count, 1, 1), cancellationToken, inFlight: 1);
            var bare = await InsertAsync(plain, batch, count, cancellationToken);
            var least = await stream.PushAsync(Frames.Of(Organizations.NewBatch(), 0, count, 1, 1)[0], cancellationToken);

            // The first run compiles what a single record needs on either side; the warm-up of the hub had large frames.
            if (run >= 0)
            {
                p50.Add(Statistics.Median([.. pushed.Latencies]));
                p99.Add(Statistics.Percentile([.. pushed.Latencies], 99));
                peers.Add(Statistics.Median(bare));
                peers99.Add(Statistics.Percentile(bare, 99));
                streamed.Add(Statistics.Median(least));
                streamed99.Add(Statistics.Percentile(least, 99));
            }
        }

        return
        [
            new Measurement(Name, "单条记录的确认时延 p99", "p99 of the ack of a single record", "ms", p99)
            {
                Target = Target.RatioAtMost(5), Peer = PeerName, PeerValues = peers,
            },
            new Measurement($"{Name}.p50", "同上,p50", "the same, p50", "ms", p50) { Peer = PeerName, PeerValues = peers },
            new Measurement($"{Name}.tail", "同上,p99 与对照的 p99", "the same, p99 against the p99 of the peer", "ms", p99)
            {
                Peer = "p99 of the same bare INSERT", PeerValues = peers99,
            },
            new Measurement($"{Name}.stream", "p99 与最简 gRPC 流的 p99", "p99 against the p99 of the least a stream can be", "ms", p99)
            {
                Peer = BareStream.PeerName, PeerValues = streamed99,
            },
            new Measurement($"{Name}.stream.p50", "同上,p50", "the same, p50", "ms", p50) { Peer = BareStream.PeerName, PeerValues = streamed },
        ];
    }

    private static async Task<List<double>> InsertAsync(PlainDatabase plain, Organizations batch, int count, CancellationToken cancellationToken)
    {
        await using var connection = await plain.DataSource.OpenConnectionAsync(cancellationToken);
        var latencies = new List<double>(count);
        for (var i = 0; i < count; i++)
        {
            var row = PlainRow.Of(batch.Record(i));
            var began = Stopwatch.GetTimestamp();
            await row.InsertAsync(connection, cancellationToken);
            latencies.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return latencies;
    }
}
