using HubExchange.Benchmarks.Ingest;
using HubExchange.Benchmarks.Load;

namespace HubExchange.Benchmarks.Watch;

/// <summary>
/// By how much do 1,000 watchers slow down new records that are sent as fast as the hub takes them? Once each record concerns about one of
/// them, which runs on the same cores; once none, and only the hub works for them.
/// </summary>
internal sealed class WatchCost : IBenchmark
{
    private const string Peer = "the same without watchers";

    public string Name => "watch.cost";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var hub = await bench.WatchedHubAsync(cancellationToken);
        var count = bench.Options.Records;
        var (watched, deaf, alone) = (new List<double>(), new List<double>(), new List<double>());

        // The first time, what only watching needs is compiled on the same two cores.
        await PushWatchedAsync();
        await PushDeafAsync();
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            watched.Add(await PushWatchedAsync());
            deaf.Add(await PushDeafAsync());
            alone.Add(await PushAsync());
        }

        return
        [
            new Measurement(Name, "有 1,000 个订阅时的新增记录", "new records with 1,000 watchers", "records/s", watched)
            {
                Target = Target.RatioAtLeast(0.85), Peer = Peer, PeerValues = alone,
            },
            new Measurement($"{Name}.deaf", "同上,但没有与订阅有关的记录", "the same, none of the records concerns a watcher", "records/s", deaf)
            {
                Target = Target.RatioAtLeast(0.85), Peer = Peer, PeerValues = alone,
            },
        ];

        async Task<double> PushWatchedAsync()
        {
            await using var crowd = await WatchCrowd.OpenAsync(hub, WatchLatency.Watchers, cancellationToken);
            var rate = await PushAsync();
            await crowd.HearAsync(WatchCrowd.Expected(WatchLatency.Watchers, count), cancellationToken);
            return rate;
        }

        async Task<double> PushDeafAsync()
        {
            await using var crowd = await WatchCrowd.OpenAsync(hub, WatchLatency.Watchers, cancellationToken, isDeaf: true);
            return await PushAsync();
        }

        async Task<double> PushAsync()
        {
            var frames = Frames.Of(Organizations.NewBatch(), 0, count, IngestShape.Streams, IngestShape.FrameSize);
            await hub.CheckpointAsync(cancellationToken);
            return (await hub.PushAsync(frames, cancellationToken)).StoredPerSecond(count);
        }
    }
}
