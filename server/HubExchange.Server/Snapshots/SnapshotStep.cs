using HubExchange.Server.Ingestion;

namespace HubExchange.Server.Snapshots;

/// <summary>What a frame has to do with snapshots.</summary>
internal sealed class SnapshotStep
{
    /// <summary>The snapshot that its mark is about, or that sees its changes; null when there is none.</summary>
    public SnapshotInBatch? Snapshot { get; init; }

    /// <summary>The snapshot that its BEGIN ends.</summary>
    public SnapshotInBatch? Replaced { get; init; }

    /// <summary>The snapshot its END or ABORT is for, which was abandoned before.</summary>
    public SnapshotInBatch? AbandonedBefore { get; init; }

    /// <summary>Number of the approved snapshot whose next deletions are to be made; 0 when there is none.</summary>
    public long Approved { get; init; }

    /// <summary>Ended snapshots that must no longer delete what the frame holds.</summary>
    public IReadOnlyList<long> Undecided { get; init; } = [];

    /// <summary>Whether the frame's own stream is the one of the snapshot.</summary>
    public bool IsProgress(FrameWrite frame) => Snapshot is not null && frame.Stream?.Stream == Snapshot.Stream;
}
