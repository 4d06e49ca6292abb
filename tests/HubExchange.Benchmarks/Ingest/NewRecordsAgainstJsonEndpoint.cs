using HubExchange.Benchmarks.Load;
using HubExchange.Benchmarks.Peers;

namespace HubExchange.Benchmarks.Ingest;

/// <summary>How many times faster than an ordinary JSON endpoint with a row-by-row upsert into the same columns does the hub take new records?</summary>
internal sealed class NewRecordsAgainstJsonEndpoint : IBenchmark
{
    // The endpoint is slow enough for its rate to show in fewer records.
    private const int PeerShare = 5;

    public string Name => "ingest.json";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var hub = await bench.HubAsync(cancellationToken);
        await using var endpoint = await JsonEndpoint.StartAsync(await bench.PlainAsync(cancellationToken), cancellationToken);
        var count = bench.Options.Records;
        var (ours, peers) = (new List<double>(), new List<double>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            var batch = Organizations.NewBatch();
            var frames = Frames.Of(batch, 0, count, IngestShape.Streams, IngestShape.FrameSize);
            ours.Add((await hub.PushAsync(frames, cancellationToken)).StoredPerSecond(count));
            var bodies = JsonEndpoint.Bodies(batch, count / PeerShare, IngestShape.FrameSize);
            peers.Add(count / PeerShare / (await endpoint.PostAsync(bodies, IngestShape.Streams, cancellationToken)).TotalSeconds);
        }

        return
        [
            new Measurement(Name, "新增记录与普通 JSON 接口相比", "new records against an ordinary JSON endpoint", "records/s", ours)
            {
                Peer = JsonEndpoint.PeerName, PeerValues = peers,
            },
        ];
    }
}
