namespace HubExchange.Testing.History;

/// <summary>What has to hold for refused changes.</summary>
internal static class QuarantineChecks
{
    /// <summary>
    /// Partition: of what is committed exactly the changes that violate a rule are in quarantine, each once unless an equal one was open
    /// when it came, and those are open that nothing has mended.
    /// </summary>
    public static IEnumerable<Anomaly> Partition(Evidence evidence)
    {
        var kept = evidence.Dump.Quarantined.Where(refused => refused.Key.Length > 0).ToLookup(PlaceOf, refused => refused.IsOpen);
        var open = evidence.Refused.Open.CountBy(place => place).ToDictionary();
        var mended = evidence.Refused.Mended.CountBy(place => place).ToDictionary();
        foreach (var place in kept.Select(group => group.Key).Concat(open.Keys).Concat(mended.Keys).Distinct())
        {
            var (isOpen, isMended) = (open.GetValueOrDefault(place), mended.GetValueOrDefault(place));
            if (isOpen + isMended == 0 && !IsCommitted(evidence, place))
            {
                // Not a question of quarantine alone; see Strangers.
                continue;
            }

            if (kept[place].Count(state => state) != isOpen || kept[place].Count(state => !state) != isMended)
            {
                yield return Anomaly(
                    AnomalyKind.QuarantinePartition,
                    place,
                    $"is {kept[place].Count()} times in quarantine, {kept[place].Count(state => state)} times open, instead of {isOpen + isMended} and {isOpen}");
            }
        }
    }

    /// <summary>Partition: of equal changes without a key one is in quarantine, and open.</summary>
    public static IEnumerable<Anomaly> WithoutKey(Evidence evidence)
    {
        var kept = evidence.Dump.Quarantined.Where(refused => refused.Key.Length == 0).ToLookup(refused => (refused.Source, refused.Content));
        foreach (var (id, places) in evidence.Refused.WithoutKey)
        {
            if (!(kept[id].ToList() is [{ IsOpen: true } only] && places.Contains(PlaceOf(only))))
            {
                yield return Anomaly(AnomalyKind.QuarantinePartition, places.First(), $"without a key is {kept[id].Count()} times in quarantine");
            }
        }
    }

    /// <summary>Phantom, atomicity: nothing else is in quarantine.</summary>
    public static IEnumerable<Anomaly> Strangers(Evidence evidence)
    {
        foreach (var place in evidence.Dump.Quarantined.Select(PlaceOf).Where(place => !IsCommitted(evidence, place)))
        {
            var isSent = place.Stream.Length == 0
                ? evidence.Calls.Any(call => call.Source == place.Source && Holds(call.Invoke.Changes, place))
                : evidence.Streams.TryGetValue(new StreamId(place.Source, place.Stream), out var stream) &&
                    stream.Sent.ContainsKey(place.Sequence) && stream.CommittedAt(place.Sequence) is null;
            yield return Anomaly(isSent ? AnomalyKind.Atomicity : AnomalyKind.Phantom, place, "is in quarantine without what brought it");
        }
    }

    /// <summary>Partition: acks list exactly the refused changes of their frames, each with the number it is kept under.</summary>
    public static IEnumerable<Anomaly> Announced(Evidence evidence)
    {
        foreach (var stream in evidence.Streams.Values)
        {
            foreach (var session in stream.Sessions.Where(session => session.Opened is not null))
            {
                var through = session.Opened!.Value;
                foreach (var ack in session.Acks)
                {
                    var refused = RefusedIn(stream, through + 1, ack.Sequence);
                    if (ack.Rejected.Count != refused.Count || !ack.Rejected.All(rejected =>
                        refused.TryGetValue((rejected.Sequence, rejected.Index), out var change) &&
                        evidence.IsKept(rejected.Id, stream.Id.Source, change)))
                    {
                        yield return stream.Anomaly(
                            AnomalyKind.QuarantinePartition,
                            ack.Sequence,
                            $"was acknowledged with the refused changes {string.Join(", ", ack.Rejected)} instead of {string.Join(", ", refused.Keys)}");
                    }

                    through = Math.Max(through, ack.Sequence);
                }
            }
        }
    }

    private static Dictionary<(long Sequence, int Index), HistoryChange> RefusedIn(StreamEvidence stream, long from, long to)
    {
        var refused = new Dictionary<(long, int), HistoryChange>();
        for (var sequence = from; sequence <= to; sequence++)
        {
            foreach (var (index, change) in (stream.CommittedAt(sequence)?.Changes ?? []).Index().Where(change => change.Item.IsDirty))
            {
                refused[(sequence, index)] = change;
            }
        }

        return refused;
    }

    private static bool IsCommitted(Evidence evidence, RefusedPlace place) => place.Stream.Length == 0
        ? evidence.Calls.Any(call => call.IsCommitted && call.Source == place.Source && Holds(call.Invoke.Changes, place))
        : evidence.Streams.TryGetValue(new StreamId(place.Source, place.Stream), out var stream) &&
            stream.CommittedAt(place.Sequence) is { } frame && place.Index >= 0 && place.Index < frame.Changes.Count;

    private static bool Holds(IReadOnlyList<HistoryChange> changes, RefusedPlace place) =>
        place.Index >= 0 && place.Index < changes.Count && changes[place.Index].Key == place.Key &&
        changes[place.Index].Content == place.Content;

    private static RefusedPlace PlaceOf(DumpQuarantined refused) =>
        new(refused.Source, refused.Stream, refused.Sequence, refused.Index, refused.Key, refused.Content);

    private static Anomaly Anomaly(AnomalyKind kind, RefusedPlace place, string what) =>
        new(kind, place.Source, $"{place.Stream}:{place.Sequence}", $"change {place.Index}, '{place.Key}', {what}");
}
