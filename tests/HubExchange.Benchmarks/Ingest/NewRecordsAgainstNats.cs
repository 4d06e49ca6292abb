using Google.Protobuf;
using HubExchange.Benchmarks.Load;
using HubExchange.Benchmarks.Peers;

namespace HubExchange.Benchmarks.Ingest;

/// <summary>
/// How many times faster than NATS JetStream, which writes every message to disk before its ack, does the hub take new records? Once a
/// message is a whole frame of ours, and once a single record, as consumers want them that look for one.
/// </summary>
internal sealed class NewRecordsAgainstNats : IBenchmark
{
    private const int FramesInFlight = 4;
    private const int RecordsInFlight = 64;

    // A disk takes single messages slowly enough for the rate to show in few of them.
    private const int RecordsShare = 100;

    public string Name => "ingest.nats";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        if (await bench.NatsAsync(cancellationToken) is not { } nats)
        {
            return [];
        }

        var hub = await bench.HubAsync(cancellationToken);
        var count = bench.Options.Records;
        var (ours, frames, records) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            var batch = Organizations.NewBatch();
            var messages = Frames.Of(batch, 0, count, IngestShape.Streams, IngestShape.FrameSize);
            ours.Add((await hub.PushAsync(messages, cancellationToken)).StoredPerSecond(count));
            frames.Add(count / (await nats.PublishAsync(messages, FramesInFlight, cancellationToken)).TotalSeconds);
            var single = Enumerable.Range(0, IngestShape.Streams)
                .Select(stream => Enumerable.Range(0, count / RecordsShare / IngestShape.Streams)
                    .Select(index => batch.Record((index * IngestShape.Streams) + stream).ToByteArray()).ToList())
                .ToArray();
            records.Add(single.Sum(of => of.Count) / (await nats.PublishAsync(single, RecordsInFlight, cancellationToken)).TotalSeconds);
        }

        return
        [
            new Measurement(Name, "新增记录与 NATS JetStream 相比,一帧为一条消息", "new records against NATS JetStream, a frame in a message", "records/s", ours)
            {
                Peer = $"{nats.PeerName}, 500 records a message", PeerValues = frames,
            },
            new Measurement($"{Name}.single", "同上,一条记录为一条消息", "the same, a record in a message", "records/s", ours)
            {
                Peer = $"{nats.PeerName}, one record a message", PeerValues = records,
            },
        ];
    }
}
