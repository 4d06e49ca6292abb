using System.Diagnostics;
using HubExchange.Contracts.Reconciliation;
using HubExchange.V1;

namespace HubExchange.Benchmarks.Reconciliation;

/// <summary>
/// What does it take to find d scattered updates among a million records: bytes, round trips, time? The peers are figures of range-based
/// reconciliation (fan-out 16, measured with a program of its own on another day); the lower bound log2 C(N, d) and the full list of
/// (key, hash) pairs stand beside them.
/// </summary>
internal sealed class SketchCosts : IBenchmark
{
    private const int FirstCells = 32;
    private const int BurstCells = 340;
    private const int Framing = 14;

    // Updates, lower bound in bytes, bytes of range-based reconciliation.
    private static readonly (int Differences, long Bound, long Ranges, double Target)[] Cases =
        [(0, 0, 0, 151), (1, 3, 2_032, 2_000), (100, 184, 121_438, 8_001), (10_000, 10_098, 5_460_000, 700_001)];

    public string Name => "reconcile.sketch";

    public Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var records = bench.Options.IsQuick ? 100_000 : 1_000_000;
        var key = new ElementKey(new byte[ElementKey.SecretSize], "enterprise.organization");
        var hub = Elements(1, records);
        var (encode, decode) = (new List<double>(), new List<double>());
        var bytes = Cases.Select(_ => new List<double>()).ToArray();
        var trips = Cases.Select(_ => new List<double>()).ToArray();
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var watch = Stopwatch.GetTimestamp();
            Sketch.Encode(key, hub, 1_024);
            encode.Add(Stopwatch.GetElapsedTime(watch).TotalMilliseconds * 1_000_000 / records);
            for (var i = 0; i < Cases.Length; i++)
            {
                var source = (Element[])hub.Clone();
                Elements(run + 2, Cases[i].Differences).CopyTo(source, 0);
                var found = Find(key, source, hub, Cases[i].Differences);
                bytes[i].Add(found.Bytes);
                trips[i].Add(found.RoundTrips);
                if (Cases[i].Differences == 10_000)
                {
                    decode.Add(found.DecodeMs);
                }
            }
        }

        var figures = new List<Measurement>
        {
            new($"{Name}.encode", "百万条记录编码", "encoding a million records", "ms", encode) { Target = Target.Below(400) },
            new($"{Name}.decode", "一万处更新解码", "decoding ten thousand updates", "ms", decode) { Target = Target.Below(30) },
        };
        for (var i = 0; i < Cases.Length; i++)
        {
            var (d, bound, ranges, target) = Cases[i];
            figures.Add(new Measurement(
                $"{Name}.d{d}.bytes",
                $"{d} 处更新的字节数;下界 {bound},全量清单 {24L * records}",
                $"bytes for {d} updates; lower bound {bound}, full list {24L * records}",
                "B",
                bytes[i])
            {
                Target = Target.Below(target),
                Peer = ranges == 0 ? null : "range-based reconciliation, fan-out 16",
                PeerValues = ranges == 0 ? [] : [.. bytes[i].Select(_ => (double)ranges)],
            });
            figures.Add(new Measurement($"{Name}.d{d}.round_trips", $"{d} 处更新的往返", $"round trips for {d} updates", "", trips[i])
            {
                Target = d is 1 or 100 ? Target.Below(1.5) : null,
            });
        }

        return Task.FromResult<IReadOnlyList<Measurement>>(figures);
    }

    // The conversation of the hub, with the messages that cross.
    private static (long Bytes, int RoundTrips, double DecodeMs) Find(ElementKey key, Element[] source, Element[] hub, int updates)
    {
        var (theirDigest, ourDigest) = (DigestOf(key, source), DigestOf(key, hub));
        if (theirDigest == ourDigest)
        {
            var beat = new Heartbeat { Sequence = 1_000, Types_ = { new TypeDigest { Type = "enterprise.organization", Count = source.Length, Digest = Bytes(theirDigest) } } };
            return (new AttendRequest { Heartbeat = beat }.CalculateSize() + Framing, 1, 0);
        }

        var (theirs, ours) = (Sketch.Encode(key, source, 65_536), Sketch.Encode(key, hub, 65_536));
        // The hub knows how much was pushed since both sides were equal last; here that is what got lost.
        var first = (int)Math.Clamp(SketchDecoder.CellsFor(2L * updates), FirstCells, BurstCells);
        var (have, target, bytes, trips) = (0, first, 0L, 0);
        while (true)
        {
            var question = new AttendResponse
            {
                Id = 1,
                Cells = new CellsRequest
                {
                    Type = "enterprise.organization",
                    Sequence = 1_000,
                    From = have,
                    Count = target - have,
                    HubCount = hub.Length,
                    HubDigest = Bytes(ourDigest),
                },
            };
            var answer = new AttendRequest
            {
                Id = 1,
                Cells = new CellsAnswer
                {
                    Count = source.Length,
                    Digest = Bytes(theirDigest),
                    Cells = Google.Protobuf.ByteString.CopyFrom(CellCodec.Write(theirs.AsSpan(have, target - have))),
                },
            };
            bytes += question.CalculateSize() + answer.CalculateSize() + (2 * Framing);
            trips++;
            have = target;
            var watch = Stopwatch.GetTimestamp();
            if (SketchDecoder.Decode(key, theirs.AsSpan(0, have), ours.AsSpan(0, have), theirDigest, ourDigest) is not null)
            {
                return (bytes, trips, Stopwatch.GetElapsedTime(watch).TotalMilliseconds);
            }

            target = SketchDecoder.NextTarget(theirs.AsSpan(0, have), ours.AsSpan(0, have), first);
        }
    }

    private static SetDigest DigestOf(ElementKey key, Element[] elements) =>
        elements.Aggregate(default(SetDigest), (digest, element) => digest.Add(key, element));

    private static Google.Protobuf.ByteString Bytes(SetDigest digest) => Google.Protobuf.ByteString.CopyFrom(digest.ToArray());

    private static Element[] Elements(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => new Element((ulong)random.NextInt64(), (ulong)random.NextInt64()))];
    }
}
