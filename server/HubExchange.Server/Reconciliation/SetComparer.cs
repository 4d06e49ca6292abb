using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Reconciliation;
using HubExchange.Server.Faults;
using HubExchange.V1;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// Compares what the hub has with what the source has at the same sequence: by digest, by coded symbols as many as the difference needs,
/// and beyond their limit by the full list.
/// </summary>
internal sealed class SetComparer(Attendances attendances, SourceKeys keys, ManifestStore manifests, IOptions<ReconciliationOptions> options)
{
    // Head of an HTTP/2 frame and of a gRPC message.
    private const int Framing = 14;

    /// <summary>Compares. A source that cannot go back to the sequence is told by <see cref="Comparison.Source"/>.</summary>
    public async Task<Comparison> CompareAsync(string source, EntityType type, HeldSet hub, CancellationToken cancellationToken)
    {
        var conversation = new Conversation(attendances, source, type, hub);
        var key = keys.Of(source, type);
        var elements = hub.Rows.ConvertAll(row => row.Element).ToArray();
        var theirs = new List<CodedSymbol>();
        CodedSymbol[] ours = [];
        var first = FirstTarget(hub, attendances.Find(source, type)?.CountOf(type));
        var target = first;
        while (true)
        {
            var answer = await conversation.AskCellsAsync(theirs.Count, target - theirs.Count, cancellationToken);
            if (answer.IsGone)
            {
                return new Comparison(hub, null);
            }

            var digest = SetDigest.Read(answer.Count, answer.Digest.Span);
            if (digest == hub.Digest)
            {
                return new Comparison(hub, digest) { Bytes = conversation.Bytes, RoundTrips = conversation.RoundTrips };
            }

            theirs.AddRange(CellCodec.Read(answer.Cells.Span));
            if (theirs.Count != target)
            {
                throw new ReconciliationException("来源应答的编码符号数量不符。 The source answered with another number of coded symbols.");
            }

            if (ours.Length < target)
            {
                ours = Sketch.Encode(key, elements, Math.Max(1_024, target + (target / 2)));
            }

            if (SketchDecoder.Decode(key, theirs.ToArray(), ours.AsSpan(0, target), digest, hub.Digest) is { } difference)
            {
                return Found(hub, digest, conversation, difference, target);
            }

            var next = SketchDecoder.NextTarget(theirs.ToArray(), ours.AsSpan(0, target), first);
            if (next > options.Value.MaxCells || next > CellsOfList(Math.Max(answer.Count, hub.Digest.Count)))
            {
                return await CompareListsAsync(source, type, hub, digest, conversation, cancellationToken);
            }

            target = next;
        }
    }

    // An update is two elements. What was pushed since both sides were equal says what may differ, damage and counts what surely does. Equal
    // sides cost no symbols, however many are asked for.
    private int FirstTarget(HeldSet hub, long? theirCount)
    {
        var limits = options.Value;
        var likely = hub.PushedSince is { } pushed
            ? Math.Clamp(SketchDecoder.CellsFor((2 * pushed) + hub.Damaged.Count), limits.FirstCells, Math.Max(limits.FirstCells, limits.BurstCells))
            : limits.BurstCells;
        var surely = SketchDecoder.CellsFor(Math.Abs((theirCount ?? hub.Digest.Count) - hub.Digest.Count));
        var list = CellsOfList(Math.Max(theirCount ?? 0, hub.Digest.Count));
        return (int)Math.Min(Math.Max(likely, surely), Math.Min(limits.MaxCells, Math.Max(limits.FirstCells, list)));
    }

    // With more symbols than that the list of all is shorter: about 6 bytes a record, 22 a symbol.
    private static long CellsOfList(long records) => (records * 6 / 22) + 64;

    private static Comparison Found(HeldSet hub, SetDigest digest, Conversation conversation, SetDifference difference, int cells)
    {
        var ours = difference.OnlyOurs.ToHashSet();
        return new Comparison(hub, digest)
        {
            OnlySource = [.. difference.OnlyTheirs.Select(element => element.Low)],
            OnlyHub = ours.Count == 0 ? [] : hub.Rows.FindAll(row => ours.Contains(row.Element)),
            Bytes = conversation.Bytes,
            RoundTrips = conversation.RoundTrips,
            Cells = cells,
        };
    }

    private async Task<Comparison> CompareListsAsync(
        string source, EntityType type, HeldSet hub, SetDigest digest, Conversation conversation, CancellationToken cancellationToken)
    {
        var list = await manifests.OpenAsync(source, type.Id, digest, cancellationToken);
        while (!list.IsWhole)
        {
            var answer = await conversation.AskManifestAsync(list.Last, options.Value.ManifestPart, cancellationToken);
            if (answer.IsGone)
            {
                await manifests.ForgetAsync(source, type.Id, cancellationToken);
                return new Comparison(hub, null);
            }

            await manifests.AddAsync(source, type.Id, digest, list, answer, cancellationToken);
            if (list.Tags.Count > options.Value.MaxRecords)
            {
                throw new ReconciliationException("来源应答的清单无效。 The source answered with a list that is not valid.");
            }

            await FailPoints.HitAsync(FailPoint.ReconciliationPart);
        }

        var onlyHub = hub.Rows.FindAll(row => !list.Tags.Remove(row.Element.Low));
        return new Comparison(hub, digest)
        {
            OnlySource = [.. list.Tags],
            OnlyHub = onlyHub,
            Bytes = conversation.Bytes,
            RoundTrips = conversation.RoundTrips,
        };
    }

    /// <summary>Questions and answers, and what they cost.</summary>
    private sealed class Conversation(Attendances attendances, string source, EntityType type, HeldSet hub)
    {
        public long Bytes { get; private set; }

        public int RoundTrips { get; private set; }

        public async Task<CellsAnswer> AskCellsAsync(int from, int count, CancellationToken cancellationToken)
        {
            var request = new CellsRequest
            {
                Type = type.Id,
                Sequence = hub.Sequence,
                From = from,
                Count = count,
                HubCount = hub.Digest.Count,
                HubDigest = UnsafeByteOperations.UnsafeWrap(hub.Digest.ToArray()),
            };
            return (await AskAsync(new AttendResponse { Cells = request }, cancellationToken)).Cells ?? throw Unfit();
        }

        public async Task<ManifestAnswer> AskManifestAsync(ulong after, int count, CancellationToken cancellationToken)
        {
            var request = new ManifestRequest { Type = type.Id, Sequence = hub.Sequence, After = after, Count = count };
            return (await AskAsync(new AttendResponse { Manifest = request }, cancellationToken)).Manifest ?? throw Unfit();
        }

        private async Task<AttendRequest> AskAsync(AttendResponse question, CancellationToken cancellationToken)
        {
            var answer = await attendances.AskAsync(source, type, question, cancellationToken);
            Bytes += question.CalculateSize() + answer.CalculateSize() + (2 * Framing);
            RoundTrips++;
            return answer;
        }

        private static ReconciliationException Unfit() => new("来源的应答与提问不符。 The source's answer does not fit the question.");
    }
}
