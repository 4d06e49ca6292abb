namespace HubExchange.Testing.History;

/// <summary>A stream of a source.</summary>
internal readonly record struct StreamId(string Source, string Stream);

/// <summary>A record of a source.</summary>
internal readonly record struct RecordId(string Source, string Key);

/// <summary>History and dump, joined by stream and by record.</summary>
internal sealed class Evidence
{
    public Evidence(PushHistory history, HubDump dump)
    {
        foreach (var operation in history.Operations)
        {
            StreamOf(operation.Source, operation.Stream).Add(operation);
        }

        foreach (var frame in dump.Frames)
        {
            StreamOf(frame.Source, frame.Stream).Frames.Add(frame);
        }

        foreach (var refused in dump.Quarantined)
        {
            StreamOf(refused.Source, refused.Stream).Quarantined.Add(refused);
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

        Replay();
        Dump = dump;
    }

    public HubDump Dump { get; }

    public Dictionary<StreamId, StreamEvidence> Streams { get; } = [];

    public Dictionary<RecordId, RecordEvidence> Records { get; } = [];

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

        foreach (var record in Records.Values)
        {
            record.Complete();
        }
    }

    private void Apply(StreamEvidence stream, SentFrame frame)
    {
        var counts = HistoryCounts.Zero;
        for (var i = 0; i < frame.Changes.Count; i++)
        {
            var change = frame.Changes[i];
            var record = RecordOf(stream.Id.Source, change.Key);
            if (stream.IsQuarantined(frame.Sequence, i))
            {
                record.Quarantined.Add(change.Hash);
                counts += new HistoryCounts(0, 0, 0, 1);
            }
            else
            {
                counts += record.Apply(stream, frame, change);
            }
        }

        frame.Expected = counts;
    }

    private void Remember(StreamEvidence stream, SentFrame frame)
    {
        foreach (var change in frame.Changes)
        {
            RecordOf(stream.Id.Source, change.Key).NotCommitted.TryAdd(change.Hash, stream.WhyNotCommitted(frame));
        }
    }
}
