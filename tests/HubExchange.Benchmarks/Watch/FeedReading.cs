using System.Diagnostics;
using HubExchange.Benchmarks.Load;
using HubExchange.Server.Changes;
using Npgsql;

namespace HubExchange.Benchmarks.Watch;

/// <summary>How many entries a second does one reader get out of the feed's table, with the hub's own statement and pages of the hub's size?</summary>
internal sealed class FeedReading : IBenchmark
{
    public string Name => "watch.read";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var hub = await bench.WatchedHubAsync(cancellationToken);
        var count = bench.Options.Records;
        var frames = Frames.Of(Organizations.NewBatch(), 0, count, 4, 500);
        (await hub.PushAsync(frames, cancellationToken)).StoredPerSecond(count);
        await hub.CheckpointAsync(cancellationToken);
        var page = new FeedOptions().PageSize;
        var rates = new List<double>();
        await using var connection = await hub.Process.ConnectToDatabaseAsync();
        for (var run = -1; run < bench.Options.Runs; run++)
        {
            var last = (await connection.ReadFeedBoundsAsync(cancellationToken)).Last;
            var (read, after) = (0, last - count);
            var began = Stopwatch.GetTimestamp();
            while (after < last)
            {
                var entries = await connection.ReadFeedAsync(after, last, page, cancellationToken);
                read += entries.Count;
                after = entries[^1].Position;
            }

            if (run >= 0)
            {
                rates.Add(read / Stopwatch.GetElapsedTime(began).TotalSeconds);
            }
        }

        return [new Measurement(Name, "单个读取者读变更流", "one reader of the feed", "changes/s", rates) { Target = Target.AtLeast(500_000) }];
    }
}
