using HubExchange.Benchmarks.Ingest;
using HubExchange.Benchmarks.Load;

namespace HubExchange.Benchmarks.Reconciliation;

/// <summary>
/// By how much does it slow down new records that the hub keeps digests and sketches of what it has of the sources that push them? In
/// turns, with all counties attending and with none.
/// </summary>
internal sealed class IngestWithSketches : IBenchmark
{
    public string Name => "reconcile.ingest";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var hub = await bench.AttendedHubAsync(cancellationToken);
        var count = bench.Options.Records;
        var (attended, alone) = (new List<double>(), new List<double>());

        // The first time, what only attendance needs is compiled on the same two cores.
        await PushAttendedAsync();
        await PushAsync();
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            // Whoever goes second finds more records there.
            foreach (var isAttended in run % 2 == 0 ? new[] { true, false } : [false, true])
            {
                (isAttended ? attended : alone).Add(isAttended ? await PushAttendedAsync() : await PushAsync());
            }
        }

        return
        [
            new Measurement(Name, "枢纽为值守的来源保持摘要时的新增记录", "new records while the hub keeps digests of sources that attend", "records/s", attended)
            {
                Target = Target.RatioAtLeast(0.95), Peer = "the same without attendance", PeerValues = alone,
            },
        ];

        async Task<double> PushAttendedAsync()
        {
            await using var sources = await AttendingSources.OpenAsync(hub, cancellationToken);
            var before = sources.Compared;
            var rate = await PushAsync();
            return sources.Compared > before ? rate : throw new InvalidOperationException("The hub compared nothing; push more records.");
        }

        async Task<double> PushAsync()
        {
            var frames = Frames.Of(Organizations.NewBatch(), 0, count, IngestShape.Streams, IngestShape.FrameSize);
            await hub.CheckpointAsync(cancellationToken);
            return (await hub.PushAsync(frames, cancellationToken)).StoredPerSecond(count);
        }
    }
}
