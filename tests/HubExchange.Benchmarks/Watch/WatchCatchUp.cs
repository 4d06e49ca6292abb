using System.Diagnostics;
using Grpc.Core;
using HubExchange.Benchmarks.Load;
using HubExchange.Benchmarks.Peers;
using HubExchange.V1;

namespace HubExchange.Benchmarks.Watch;

/// <summary>
/// How fast does one watcher that was away get what it missed, whole records included, beside PostgreSQL's logical decoding of the same rows?
/// </summary>
internal sealed class WatchCatchUp : IBenchmark
{
    public string Name => "watch.catchup";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var hub = await bench.HubAsync(cancellationToken);
        var publisher = await bench.PublisherAsync(cancellationToken);
        var count = bench.Options.Records / 2;
        using var channel = hub.Connect();
        var headers = new Metadata { { "authorization", $"Bearer {await hub.BureauTokenAsync(cancellationToken)}" } };
        var client = new WatchService.WatchServiceClient(channel);
        var (ours, peers) = (new List<double>(), new List<double>());
        for (var run = -1; run < bench.Options.Runs; run++)
        {
            var before = await PositionAsync();
            var batch = Organizations.NewBatch();
            (await hub.PushAsync(Frames.Of(batch, 0, count, 4, 500), cancellationToken)).StoredPerSecond(count);
            var rows = await hub.CopyOutAsync(batch, cancellationToken);
            await hub.CheckpointAsync(cancellationToken);

            var began = Stopwatch.GetTimestamp();
            using (var call = client.WatchRecords(new WatchRecordsRequest { After = before, Types_ = { Frames.Type } }, headers, cancellationToken: cancellationToken))
            {
                for (var read = 0; read < count && await call.ResponseStream.MoveNext(cancellationToken);)
                {
                    read += call.ResponseStream.Current.Events.Count;
                }
            }

            var watched = count / Stopwatch.GetElapsedTime(began).TotalSeconds;
            var decoded = count / (await publisher.DecodeAsync(rows, count, cancellationToken)).TotalSeconds;
            if (run >= 0)
            {
                ours.Add(watched);
                peers.Add(decoded);
            }
        }

        return
        [
            new Measurement(Name, "一个订阅者补上错过的变更", "one watcher that catches up", "records/s", ours)
            {
                Peer = "PostgreSQL logical decoding (pgoutput, binary) of the same rows", PeerValues = peers,
            },
        ];

        async Task<long> PositionAsync()
        {
            using var call = client.WatchRecords(new WatchRecordsRequest { Start = WatchStart.Now, Types_ = { Frames.Type } }, headers, cancellationToken: cancellationToken);
            await call.ResponseStream.MoveNext(cancellationToken);
            return call.ResponseStream.Current.Position;
        }
    }
}
