using HubExchange.Server.Snapshots;
using HubExchange.V1;

namespace HubExchange.Server.Ingestion;

/// <summary>A frame of a batch on its way: what it asks for, what became of it so far.</summary>
internal sealed class FrameOutcome(FrameWrite frame)
{
    public FrameWrite Frame { get; } = frame;

    public FrameResult Result { get; } = new()
    {
        Sequence = frame.Sequence,
        Type = frame.Type.Id,
        Digest = frame.Digest,
    };

    /// <summary>Why the frame may not be written; null when it may.</summary>
    public Exception? Refusal { get; set; }

    /// <summary>Changes that go to quarantine.</summary>
    public List<(IncomingChange Change, List<Violation> Violations)> Rejected { get; } =
        [.. frame.Changes.Where(change => change.IsRejected).Select(change => (change, change.Violations))];

    /// <summary>The source has open changes of the type in quarantine, which accepted ones may mend.</summary>
    public bool MayMend { get; set; }

    /// <summary>What the frame has to do with snapshots; null for nothing.</summary>
    public SnapshotStep? Snapshot { get; set; }

    /// <summary>Counts a written version.</summary>
    public void CountWritten(IncomingChange change)
    {
        if (change.IsDelete)
        {
            Result.Counts.Deleted++;
        }
        else
        {
            Result.Counts.Stored++;
        }
    }

    /// <summary>Adds up what is left when every change has been decided on.</summary>
    public void Close()
    {
        Result.Counts.Quarantined = Rejected.Count;
        foreach (var change in Frame.Changes)
        {
            if (change.Violations.Count > 0 && !change.IsRejected)
            {
                Result.Counts.Warned++;
            }
        }
    }
}
