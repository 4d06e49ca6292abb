using HubExchange.Benchmarks.Load;
using HubExchange.Benchmarks.Peers;

namespace HubExchange.Benchmarks.Watch;

/// <summary>
/// With 1,000 watchers and 2,000 new records a second (4 streams, 20 records a frame): how long after the ack of a record does a watcher
/// that it concerns have it, beside etcd with the same records, transactions and watchers? One that has it before the ack counts as 0.
/// Etcd tells its watchers before it answers whoever writes, so that the whole way is measured as well: from when a record is due to be sent.
/// </summary>
internal sealed class WatchLatency : IBenchmark
{
    /// <summary>Watchers of every question about many of them.</summary>
    public const int Watchers = 1_000;

    private const int RecordsPerSecond = 2_000;
    private const int FrameSize = 20;
    private const int Streams = 4;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds((double)FrameSize * Streams / RecordsPerSecond);

    public string Name => "watch.latency";

    /// <summary>Milliseconds until watchers heard.</summary>
    private sealed record Delays(double[] SinceDue, double[] SinceAck);

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var hub = await bench.WatchedHubAsync(cancellationToken);
        var etcd = await bench.EtcdAsync(cancellationToken);
        var count = RecordsPerSecond * (bench.Options.IsQuick ? 2 : 10);
        var (ours, peers) = (new List<Delays>(), new List<Delays>());

        // The first run lets the code warm up.
        for (var run = -1; run < bench.Options.Runs; run++)
        {
            var batch = Organizations.NewBatch();
            var own = await OfHubAsync(hub, batch, count, cancellationToken);
            var peer = etcd is null ? null : await OfEtcdAsync(etcd, batch, count, cancellationToken);
            if (run >= 0)
            {
                ours.Add(own);
                peers.AddRange(peer is null ? [] : [peer]);
            }
        }

        var p99 = ours.ConvertAll(delays => Statistics.Percentile(delays.SinceAck, 99));
        var whole = ours.ConvertAll(delays => Statistics.Percentile(delays.SinceDue, 99));
        List<Measurement> measurements =
        [
            new(Name, "1,000 个订阅、每秒 2,000 条变更,从确认到订阅者 p99", "1,000 watchers, 2,000 changes/s, ack to watcher, p99", "ms", p99) { Target = Target.Below(100) },
            new($"{Name}.p50", "同上,p50", "the same, p50", "ms", ours.ConvertAll(delays => Statistics.Median(delays.SinceAck))) { Target = Target.Below(30) },
        ];
        if (etcd is not null)
        {
            // Half of what etcd's watchers hear comes before the ack, so there is no ratio of the medians since the ack.
            measurements.Add(new Measurement($"{Name}.etcd", "同上,p99 与 etcd 相比", "the same, p99 against etcd", "ms", p99)
            {
                Target = Target.RatioAtMost(1),
                Peer = etcd.PeerName,
                PeerValues = peers.ConvertAll(delays => Statistics.Percentile(delays.SinceAck, 99)),
            });
            measurements.Add(new Measurement($"{Name}.whole", "从应发送到订阅者 p99", "from when it is due to the watcher, p99", "ms", whole)
            {
                Target = Target.RatioAtMost(1),
                Peer = etcd.PeerName,
                PeerValues = peers.ConvertAll(delays => Statistics.Percentile(delays.SinceDue, 99)),
            });
            measurements.Add(new Measurement(
                $"{Name}.whole.p50", "从应发送到订阅者 p50", "from when it is due to the watcher, p50", "ms", ours.ConvertAll(delays => Statistics.Median(delays.SinceDue)))
            {
                Peer = etcd.PeerName,
                PeerValues = peers.ConvertAll(delays => Statistics.Median(delays.SinceDue)),
            });
        }

        return measurements;
    }

    // A crowd is there for its own side only: bookmarks to a thousand idle watchers would disturb the other.
    private static async Task<Delays> OfHubAsync(HubUnderTest hub, Organizations batch, int count, CancellationToken cancellationToken)
    {
        await using var crowd = await WatchCrowd.OpenAsync(hub, Watchers, cancellationToken);
        var pushed = await hub.PushAsync(Frames.Of(batch, 0, count, Streams, FrameSize), cancellationToken, interval: Interval);
        await crowd.HearAsync(WatchCrowd.Expected(Watchers, count), cancellationToken);
        return DelaysOf(crowd.Heard, batch, count, pushed.Began, pushed.AckedAt);
    }

    private static async Task<Delays> OfEtcdAsync(EtcdServer etcd, Organizations batch, int count, CancellationToken cancellationToken)
    {
        await using var crowd = await EtcdCrowd.OpenAsync(etcd, Watchers, cancellationToken);
        var (began, _, ackedAt) = await etcd.PutAsync(
            EtcdServer.Transactions(batch, count, Streams, FrameSize), inFlight: int.MaxValue, Interval, cancellationToken);
        await crowd.HearAsync(WatchCrowd.Expected(Watchers, count), cancellationToken);
        return DelaysOf(crowd.Heard, batch, count, began, ackedAt);
    }

    private static Delays DelaysOf(Heard heard, Organizations batch, int count, long began, IReadOnlyList<IReadOnlyList<long>> ackedAt)
    {
        var dueAt = Enumerable.Range(0, Streams).Select(stream => Pace.Evenly(began, Interval, stream, Streams)!).ToList();
        return new Delays(heard.Since(When((stream, frame) => dueAt[stream](frame))), heard.Since(When((stream, frame) => ackedAt[stream][frame])));

        Dictionary<string, long> When(Func<int, int, long> at) => Enumerable.Range(0, count).ToDictionary(
            index => batch.Record(index).Uscc, index => at(index / FrameSize % Streams, index / FrameSize / Streams));
    }
}
