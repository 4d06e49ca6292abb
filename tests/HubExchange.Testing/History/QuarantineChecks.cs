namespace HubExchange.Testing.History;

/// <summary>What has to hold for refused changes.</summary>
internal static class QuarantineChecks
{
    /// <summary>Partition: of the committed frames exactly the changes that violate a rule are in quarantine, each once.</summary>
    public static IEnumerable<Anomaly> Partition(Evidence evidence)
    {
        foreach (var stream in evidence.Streams.Values)
        {
            var kept = stream.Quarantined.ToLookup(refused => (refused.Sequence, refused.Index));
            foreach (var sequence in stream.Sent.Keys)
            {
                var changes = stream.CommittedAt(sequence)?.Changes ?? [];
                for (var i = 0; i < changes.Count; i++)
                {
                    var count = kept[(sequence, i)].Count();
                    if (count != (changes[i].IsDirty ? 1 : 0))
                    {
                        yield return stream.Anomaly(
                            AnomalyKind.QuarantinePartition,
                            sequence,
                            $"change {i}, '{changes[i].Marker}', {(changes[i].IsDirty ? "dirty" : "clean")}, is {count} times in quarantine");
                    }

                    if (kept[(sequence, i)].Any(refused => refused.Key != changes[i].Key))
                    {
                        yield return stream.Anomaly(AnomalyKind.QuarantinePartition, sequence, $"change {i} is in quarantine under another key");
                    }
                }
            }
        }
    }

    /// <summary>Phantom, atomicity: nothing else is in quarantine.</summary>
    public static IEnumerable<Anomaly> Strangers(Evidence evidence) =>
        from stream in evidence.Streams.Values
        from refused in stream.Quarantined
        let committed = stream.CommittedAt(refused.Sequence)
        where committed is null || refused.Index < 0 || refused.Index >= committed.Changes.Count
        select stream.Anomaly(
            committed is null && stream.Sent.ContainsKey(refused.Sequence) ? AnomalyKind.Atomicity : AnomalyKind.Phantom,
            refused.Sequence,
            $"change {refused.Index} is in quarantine without its frame");

    /// <summary>Partition: acks list exactly the refused changes of their frames.</summary>
    public static IEnumerable<Anomaly> Announced(Evidence evidence)
    {
        foreach (var stream in evidence.Streams.Values)
        {
            var kept = stream.Quarantined.ToLookup(refused => refused.Sequence, refused => refused.Index);
            foreach (var session in stream.Sessions.Where(session => session.Opened is not null))
            {
                var through = session.Opened!.Value;
                foreach (var ack in session.Acks)
                {
                    var announced = ack.Rejected.Select(rejected => (rejected.Sequence, rejected.Index)).ToHashSet();
                    var count = 0;
                    var isEqual = true;
                    for (var sequence = through + 1; sequence <= ack.Sequence; sequence++)
                    {
                        isEqual = isEqual && kept[sequence].All(index => announced.Contains((sequence, index)));
                        count += kept[sequence].Count();
                    }

                    if (!isEqual || count != ack.Rejected.Count)
                    {
                        yield return stream.Anomaly(
                            AnomalyKind.QuarantinePartition, ack.Sequence, $"was acknowledged with {ack.Rejected.Count} refused changes, {count} are kept");
                    }

                    through = Math.Max(through, ack.Sequence);
                }
            }
        }
    }
}
