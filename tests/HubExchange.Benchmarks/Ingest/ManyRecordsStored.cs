using HubExchange.Benchmarks.Load;

namespace HubExchange.Benchmarks.Ingest;

/// <summary>Does the rate of new records hold when ten million are stored, compared to a hundred thousand?</summary>
internal sealed class ManyRecordsStored : IBenchmark
{
    private const int Few = 100_000;
    private const int Many = 10_000_000;
    private const int Part = 200_000;

    public string Name => "ingest.stored";

    public bool NeedsFull => true;

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using var hub = await HubUnderTest.StartAsync(cancellationToken);
        await AddAsync(hub, Few, cancellationToken);
        var few = new List<double>();
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            few.Add(await AddAsync(hub, Part, cancellationToken));
        }

        for (var stored = Few + (bench.Options.Runs * Part); stored < Many; stored += Part)
        {
            await AddAsync(hub, Part, cancellationToken);
        }

        var many = new List<double>();
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            many.Add(await AddAsync(hub, Part, cancellationToken));
        }

        return
        [
            new Measurement(Name, "库中已有 1,000 万条时新增", "new records with 10 million stored", "records/s", many)
            {
                Target = Target.RatioAtLeast(0.8), Peer = "the same with 100,000 to 1 million stored", PeerValues = few,
            },
        ];
    }

    private static async Task<double> AddAsync(HubUnderTest hub, int count, CancellationToken cancellationToken)
    {
        var frames = Frames.Of(Organizations.NewBatch(), 0, count, IngestShape.Streams, IngestShape.FrameSize);
        return (await hub.PushAsync(frames, cancellationToken)).StoredPerSecond(count);
    }
}
