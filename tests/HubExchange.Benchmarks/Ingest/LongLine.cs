using HubExchange.Benchmarks.Load;
using HubExchange.Testing;

namespace HubExchange.Benchmarks.Ingest;

/// <summary>What remains of the rate of one stream when every byte travels 50 ms in each direction?</summary>
internal sealed class LongLine : IBenchmark
{
    // The largest frames the hub allows, as a client far away would choose.
    private const int FrameSize = 1_000;

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(50);

    public string Name => "ingest.delay";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var hub = await bench.HubAsync(cancellationToken);
        using var proxy = new FaultProxy(hub.Process.Address) { Delay = Delay };
        var count = bench.Options.IsQuick ? 40_000 : 200_000;
        var (delayed, direct) = (new List<double>(), new List<double>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            var far = Frames.Of(Organizations.NewBatch(), 0, count, 1, FrameSize);
            delayed.Add((await hub.PushAsync(far, cancellationToken, proxy.Address)).StoredPerSecond(count));
            var near = Frames.Of(Organizations.NewBatch(), 0, count, 1, FrameSize);
            direct.Add((await hub.PushAsync(near, cancellationToken)).StoredPerSecond(count));
        }

        return
        [
            new Measurement(Name, "单向时延 50 毫秒,1 流 × 每帧 1,000 条", "50 ms one-way delay, 1 stream, 1,000 a frame", "records/s", delayed)
            {
                Target = Target.RatioAtLeast(0.6), Peer = "the same without delay", PeerValues = direct,
            },
        ];
    }
}
