namespace HubExchange.Testing.History;

/// <summary>A stream of a source.</summary>
internal readonly record struct StreamId(string Source, string Stream);

/// <summary>A record of a source.</summary>
internal readonly record struct RecordId(string Source, string Key);

/// <summary>History and dump, joined by stream, by unary push and by record.</summary>
internal sealed class Evidence
{
    private readonly Dictionary<int, UnaryCall> _calls = [];
    private readonly Dictionary<long, DumpQuarantined> _kept;

    public Evidence(PushHistory history, HubDump dump)
    {
        Operations = history.Operations;
        foreach (var operation in Operations)
        {
            if (operation.Stream.Length == 0)
            {
                Call(operation);
            }
            else
            {
                StreamOf(operation.Source, operation.Stream).Add(operation);
            }
        }

        foreach (var frame in dump.Frames)
        {
            StreamOf(frame.Source, frame.Stream).Frames.Add(frame);
        }

        // Other streams may carry other types: those of which neither history nor frames speak are not looked at.
        foreach (var stream in dump.Streams)
        {
            if (Streams.TryGetValue(new StreamId(stream.Source, stream.Stream), out var known))
            {
                known.Stored = stream;
            }
        }

        foreach (var stream in Streams.Values)
        {
            stream.Complete();
        }

        foreach (var row in dump.Rows)
        {
            RecordOf(row.Source, row.Key).Rows.Add(row);
        }

        _kept = dump.Quarantined.DistinctBy(refused => refused.Id).ToDictionary(refused => refused.Id);
        Dump = dump;
        Replay();
        ReplayCalls();
        foreach (var record in Records.Values)
        {
            record.Complete();
        }
    }

    public IReadOnlyList<Operation> Operations { get; }

    public HubDump Dump { get; }

    /// <summary>Unary pushes in the order in which they were made.</summary>
    public IEnumerable<UnaryCall> Calls => _calls.Values;

    /// <summary>What the quarantine has to hold.</summary>
    public RefusedEvidence Refused { get; } = new();

    public Dictionary<StreamId, StreamEvidence> Streams { get; } = [];

    public Dictionary<RecordId, RecordEvidence> Records { get; } = [];

    /// <summary>A number of the quarantine is that of a refused change of a source.</summary>
    public bool IsKept(long id, string source, HistoryChange change) =>
        _kept.TryGetValue(id, out var kept) && kept.Source == source && kept.Key == change.Key && kept.Content == change.Content;

    private void Call(Operation operation)
    {
        if (_calls.TryGetValue(operation.Process, out var call))
        {
            call.Add(operation);
        }
        else
        {
            _calls[operation.Process] = new UnaryCall(operation);
        }
    }

    private StreamEvidence StreamOf(string source, string stream)
    {
        var id = new StreamId(source, stream);
        if (!Streams.TryGetValue(id, out var found))
        {
            Streams[id] = found = new StreamEvidence(id);
        }

        return found;
    }

    private RecordEvidence RecordOf(string source, string key)
    {
        var id = new RecordId(source, key);
        if (!Records.TryGetValue(id, out var found))
        {
            Records[id] = found = new RecordEvidence(id);
        }

        return found;
    }

    // What the hub has to hold when the frames it has committed are applied in order.
    private void Replay()
    {
        foreach (var stream in Streams.Values)
        {
            foreach (var (sequence, contents) in stream.Sent)
            {
                foreach (var frame in contents)
                {
                    if (frame == stream.CommittedAt(sequence))
                    {
                        Apply(stream, frame);
                    }
                    else
                    {
                        Remember(stream, frame);
                    }
                }
            }
        }
    }

    private void ReplayCalls()
    {
        var unknown = new HashSet<(string, string)>();
        foreach (var call in _calls.Values)
        {
            call.Decide(change => RecordOf(call.Source, change.Key).Rows.Exists(row => row.Hash == change.Hash));
            call.IsRepetition = unknown.Contains((call.Source, call.Invoke.Digest));
            if (call.IsCommitted)
            {
                call.Expected = Apply(new StreamId(call.Source, ""), 0, call.Invoke.Changes, call.Answer is not null);
            }
            else
            {
                Remember(call.Source, call.Invoke.Changes, call.IsRefused ? AnomalyKind.Phantom : AnomalyKind.Atomicity);
            }

            if (call.Answer is null)
            {
                unknown.Add((call.Source, call.Invoke.Digest));
            }
        }
    }

    private void Apply(StreamEvidence stream, SentFrame frame) =>
        frame.Expected = Apply(stream.Id, frame.Sequence, frame.Changes, frame.Sequence <= stream.Acknowledged);

    private HistoryCounts Apply(StreamId stream, long sequence, IReadOnlyList<HistoryChange> changes, bool isAcknowledged)
    {
        var counts = HistoryCounts.Zero;
        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            var record = RecordOf(stream.Source, change.Key);
            if (change.IsDirty)
            {
                record.Quarantined.Add(change.Hash);
                Refused.Refuse(new RefusedPlace(stream.Source, stream.Stream, sequence, i, change.Key, change.Content));
                counts += new HistoryCounts(0, 0, 0, 1);
            }
            else
            {
                Refused.Mend(record.Id);
                counts += record.Apply(stream, sequence, change, isAcknowledged);
            }
        }

        return counts;
    }

    private void Remember(StreamEvidence stream, SentFrame frame) =>
        Remember(stream.Id.Source, frame.Changes, stream.WhyNotCommitted(frame));

    private void Remember(string source, IReadOnlyList<HistoryChange> changes, AnomalyKind why)
    {
        foreach (var change in changes)
        {
            RecordOf(source, change.Key).NotCommitted.TryAdd(change.Hash, why);
        }
    }
}
