using HubExchange.Contracts.Entities;
using HubExchange.Server.Identity;
using HubExchange.V1;

namespace HubExchange.Server.Ingestion;

/// <summary>A frame to be written as a whole or not at all.</summary>
/// <param name="Type">Type of every change.</param>
/// <param name="Caller">Who sends.</param>
/// <param name="Stream">The stream it came by; null for a unary push.</param>
/// <param name="Sequence">Its sequence; 0 for a unary push.</param>
/// <param name="Digest">Digest of its content.</param>
/// <param name="Changes">The changes, read and checked.</param>
internal sealed record FrameWrite(
    EntityType Type, Caller Caller, StreamPosition? Stream, long Sequence, byte[] Digest, IReadOnlyList<IncomingChange> Changes)
{
    /// <summary>Code of the source's kind, which decides on its authority over fields; null when it is not known.</summary>
    public string? SourceKind { get; } = NodeKinds.CodeOf(Caller.Kind);

    /// <summary>Numbers in quarantine of the changes, by their index, when the frame replays them; null for anything that is new.</summary>
    public IReadOnlyList<long>? Replayed { get; init; }

    /// <summary>Where a snapshot of the type begins or ends.</summary>
    public SnapshotMark Mark { get; init; }

    /// <summary>Number of the approved snapshot of which the frame, which has no changes of its own, makes the next deletions; else 0.</summary>
    public long ApprovedSnapshot { get; init; }

    /// <summary>Nothing that comes after the frame may be written with it: its deletions depend on what came before.</summary>
    public bool EndsBatch => Mark == SnapshotMark.End || ApprovedSnapshot > 0;
}
