using HubExchange.V1;

namespace HubExchange.Client.Push;

/// <summary>Adds up what the hub reports. Not thread-safe; the session locks it.</summary>
internal sealed class PushTally(int maxRejected)
{
    private readonly PushCounts _counts = new();
    private readonly List<RejectedRecord> _rejected = [];
    private readonly List<SnapshotOutcome> _snapshots = [];
    private readonly List<PushFrame> _unreportedEnds = [];
    private long _acknowledged;
    private long _unreported;

    public long Acknowledged => _acknowledged;

    public long Quarantined => _counts.Quarantined;

    public int Reconnects { get; set; }

    /// <summary>Frames that ended a snapshot and were committed without our hearing of it.</summary>
    public IReadOnlyList<PushFrame> UnreportedEnds => [.. _unreportedEnds];

    /// <summary>Frames the hub committed without our hearing of it.</summary>
    public void AddUnreported(IReadOnlyList<SpooledFrame> frames)
    {
        _unreportedEnds.AddRange(frames.Select(spooled => spooled.Frame).Where(frame => frame.Snapshot is SnapshotMark.End or SnapshotMark.Abort));
        var changes = frames.Sum(spooled => (long)spooled.Frame.Changes.Count);
        _unreported += changes;
        _acknowledged += changes;
    }

    public void Add(PushAck ack, IReadOnlyList<SpooledFrame> frames)
    {
        _acknowledged += frames.Sum(spooled => (long)spooled.Frame.Changes.Count);
        if (ack.Counts is { } counts)
        {
            _counts.Add(counts);
        }

        _snapshots.AddRange(ack.Snapshots.Where(outcome => outcome.State != SnapshotState.Open));
        foreach (var rejected in ack.Rejected)
        {
            if (_rejected.Count < maxRejected &&
                frames.FirstOrDefault(spooled => spooled.Frame.Sequence == rejected.Sequence) is { } spooled)
            {
                _rejected.Add(new RejectedRecord(spooled.FirstOrdinal + rejected.Index, spooled.Frame.Type, rejected));
            }
        }
    }

    public PushResult Result(long lastSequence) => new(_counts.Clone(), _unreported, [.. _rejected], lastSequence, Reconnects)
    {
        Snapshots = [.. _snapshots],
    };
}
