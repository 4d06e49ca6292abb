using HubExchange.V1;

namespace HubExchange.Server.Ingestion;

/// <summary>What became of a frame, as committed.</summary>
internal sealed class FrameResult
{
    public required long Sequence { get; init; }

    public required string Type { get; init; }

    /// <summary>Digest of the frame's content.</summary>
    public required byte[] Digest { get; init; }

    /// <summary>When its changes are recorded; known once its batch has its locks.</summary>
    public DateTime RecordedAt { get; set; }

    public PushCounts Counts { get; } = new();

    public List<RejectedChange> Rejected { get; } = [];

    /// <summary>What became of the snapshot that the frame marked, or whose deletions it made.</summary>
    public List<SnapshotOutcome> Snapshots { get; } = [];
}
