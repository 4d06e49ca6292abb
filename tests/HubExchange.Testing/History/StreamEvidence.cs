namespace HubExchange.Testing.History;

/// <summary>A content that was sent for a sequence, however often.</summary>
internal sealed class SentFrame(Operation first)
{
    public long Sequence { get; } = first.Sequence;

    public string Digest { get; } = first.Digest;

    public IReadOnlyList<HistoryChange> Changes { get; } = first.Changes;

    /// <summary>Epochs in which it was sent and not refused.</summary>
    public HashSet<long> Epochs { get; } = [];

    /// <summary>Counts it has to have when it is committed.</summary>
    public HistoryCounts Expected { get; set; } = HistoryCounts.Zero;
}

/// <summary>One connection.</summary>
internal sealed class Session(int process, long epoch)
{
    public int Process { get; } = process;

    public long Epoch { get; } = epoch;

    /// <summary>Watermark the hub welcomed it with; null when the history does not say.</summary>
    public long? Opened { get; set; }

    public List<Operation> Acks { get; } = [];

    public Dictionary<(long Sequence, string Digest), bool> Sent { get; } = [];

    public long Acknowledged => Acks.Count == 0 ? 0 : Acks.Max(ack => ack.Sequence);
}

/// <summary>Everything about a stream: what its connections did and what the hub holds.</summary>
internal sealed class StreamEvidence(StreamId id)
{
    private readonly Dictionary<int, Session> _sessions = [];
    private readonly Dictionary<long, SentFrame> _committed = [];
    private readonly Dictionary<long, long> _owners = [];

    public StreamId Id { get; } = id;

    public DumpStream? Stored { get; set; }

    public List<DumpFrame> Frames { get; } = [];

    /// <summary>Contents by sequence, in order.</summary>
    public SortedDictionary<long, List<SentFrame>> Sent { get; } = [];

    /// <summary>Connections by epoch.</summary>
    public IReadOnlyList<Session> Sessions { get; private set; } = [];

    /// <summary>Highest acknowledged sequence.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>The content whose frame is committed.</summary>
    public SentFrame? CommittedAt(long sequence) => _committed.GetValueOrDefault(sequence);

    /// <summary>The epoch that must have committed a sequence: the last one that was welcomed below it.</summary>
    public long OwnerOf(long sequence) => _owners.GetValueOrDefault(sequence);

    public Anomaly Anomaly(AnomalyKind kind, long sequence, string what) => new(kind, Id.Source, $"{Id.Stream}:{sequence}", what);

    public void Add(Operation operation)
    {
        if (!_sessions.TryGetValue(operation.Process, out var session))
        {
            _sessions[operation.Process] = session = new Session(operation.Process, operation.Epoch);
        }

        switch (operation.Kind)
        {
            case OperationKind.Opened:
                session.Opened = operation.Sequence;
                break;
            case OperationKind.Invoke:
                Send(session, operation);
                break;
            case OperationKind.Ok:
                session.Acks.Add(operation);
                Acknowledged = Math.Max(Acknowledged, operation.Sequence);
                break;
            case OperationKind.Fail:
                foreach (var key in session.Sent.Keys.Where(sent => sent.Sequence == operation.Sequence && sent.Digest == operation.Digest).ToList())
                {
                    session.Sent[key] = false;
                }

                break;
        }
    }

    /// <summary>Finishes once everything is added.</summary>
    public void Complete()
    {
        Sessions = [.. _sessions.Values.OrderBy(session => session.Epoch)];
        foreach (var session in Sessions)
        {
            foreach (var ((sequence, digest), _) in session.Sent.Where(sent => sent.Value))
            {
                Sent[sequence].Find(frame => frame.Digest == digest)!.Epochs.Add(session.Epoch);
            }
        }

        foreach (var frame in Frames)
        {
            if (Sent.GetValueOrDefault(frame.Sequence)?.Find(sent => sent.Digest == frame.Digest) is { } sent)
            {
                _committed[frame.Sequence] = sent;
            }
        }

        FindOwners();
    }

    /// <summary>What it means when something of a frame that is not committed is stored nevertheless.</summary>
    public AnomalyKind WhyNotCommitted(SentFrame frame)
    {
        if (frame.Epochs.Count > 0 && frame.Epochs.Max() < OwnerOf(frame.Sequence))
        {
            return AnomalyKind.FencedWrite;
        }

        return CommittedAt(frame.Sequence) is null ? AnomalyKind.Atomicity : AnomalyKind.ForkAccepted;
    }

    private void Send(Session session, Operation operation)
    {
        session.Sent.TryAdd((operation.Sequence, operation.Digest), true);
        if (!Sent.TryGetValue(operation.Sequence, out var contents))
        {
            Sent[operation.Sequence] = contents = [];
        }

        if (!contents.Exists(frame => frame.Digest == operation.Digest))
        {
            contents.Add(new SentFrame(operation));
        }
    }

    // Watermarks of welcomes grow with the epochs, so one walk from the last connection to the first finds every owner.
    private void FindOwners()
    {
        var sequences = Sent.Keys.Reverse().ToList();
        var next = 0;
        foreach (var session in Sessions.Reverse().Where(session => session.Opened is not null))
        {
            while (next < sequences.Count && sequences[next] > session.Opened)
            {
                _owners[sequences[next++]] = session.Epoch;
            }
        }
    }
}
