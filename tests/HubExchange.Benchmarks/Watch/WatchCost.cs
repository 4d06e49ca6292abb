using HubExchange.Benchmarks.Ingest;
using HubExchange.Benchmarks.Load;

namespace HubExchange.Benchmarks.Watch;

/// <summary>
/// By how much do 1,000 watchers slow down new records that are sent as fast as the hub takes them? As many of them hear of records as makes
/// some 2,000 changes a second, as in <see cref="WatchLatency"/>. Besides, the two ends: each record concerns one of them, which takes it in
/// on the same two cores; and none concerns anybody.
/// </summary>
internal sealed class WatchCost : IBenchmark
{
    private const string Peer = "the same without watchers";

    // Each hears of one record in 900: of 50,000 a second, 2,200.
    private const int Hearing = 40;

    public string Name => "watch.cost";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var hub = await bench.WatchedHubAsync(cancellationToken);
        var count = bench.Options.Records;
        var (some, every, none, alone) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());

        // The first time, what only watching needs is compiled on the same two cores.
        await PushWatchedAsync(WatchLatency.Watchers);
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            some.Add(await PushWatchedAsync(Hearing));
            alone.Add(await PushAsync());
            every.Add(await PushWatchedAsync(WatchLatency.Watchers));
            none.Add(await PushWatchedAsync(0));
        }

        return
        [
            new Measurement(Name, "有 1,000 个订阅(每秒共约 2,000 条变更与其有关)时的新增记录", "new records with 1,000 watchers, whom some 2,000 changes a second concern", "records/s", some)
            {
                Target = Target.RatioAtLeast(0.85), Peer = Peer, PeerValues = alone,
            },
            new Measurement($"{Name}.none", "同上,但没有与订阅有关的记录", "the same, none of the records concerns a watcher", "records/s", none)
            {
                Target = Target.RatioAtLeast(0.85), Peer = Peer, PeerValues = alone,
            },
            new Measurement($"{Name}.every", "同上,但每条记录都与一个订阅有关", "the same, each record concerns a watcher", "records/s", every) { Peer = Peer, PeerValues = alone },
        ];

        async Task<double> PushWatchedAsync(int hearing)
        {
            await using var crowd = await WatchCrowd.OpenAsync(hub, WatchLatency.Watchers, cancellationToken, hearing);
            var rate = await PushAsync();
            await crowd.HearAsync(WatchCrowd.Expected(hearing, count), cancellationToken);
            return rate;
        }

        async Task<double> PushAsync()
        {
            var frames = Frames.Of(Organizations.NewBatch(), 0, count, IngestShape.Streams, IngestShape.FrameSize);
            await hub.CheckpointAsync(cancellationToken);
            return (await hub.PushAsync(frames, cancellationToken)).StoredPerSecond(count);
        }
    }
}
