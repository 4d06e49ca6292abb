using HubExchange.Benchmarks.Load;

namespace HubExchange.Benchmarks.Watch;

/// <summary>How much memory does the hub need for a watcher that hears nothing?</summary>
internal sealed class WatchMemory : IBenchmark
{
    public string Name => "watch.memory";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var each = new List<double>();
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            // A process keeps what it once had, so each run has a hub of its own. A few watches first, so that code is not counted.
            await using var hub = await HubUnderTest.StartEmptyAsync(WatchCrowd.Settings(2 * WatchLatency.Watchers));
            await using var first = await WatchCrowd.OpenAsync(hub, WatchLatency.Watchers / 10, cancellationToken);
            var before = ProcessFigures.HubMegabytes(hub, "VmRSS");
            await using var crowd = await WatchCrowd.OpenAsync(hub, WatchLatency.Watchers, cancellationToken);
            each.Add((ProcessFigures.HubMegabytes(hub, "VmRSS") - before) * 1e3 / WatchLatency.Watchers);
        }

        return [new Measurement(Name, "每个空闲订阅占用的内存", "memory of an idle watcher", "kB", each) { Target = Target.Below(50) }];
    }
}
