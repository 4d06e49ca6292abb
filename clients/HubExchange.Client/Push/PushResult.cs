using HubExchange.V1;

namespace HubExchange.Client.Push;

/// <summary>What became of everything that was pushed. All of it is committed.</summary>
/// <param name="Counts">Stored, unchanged, deleted, quarantined, warned: the sum over every acknowledgement.</param>
/// <param name="Unreported">
/// Changes that were committed just before a connection broke, so that their acknowledgement was lost. They are stored, unchanged or
/// quarantined; the quarantine list tells.
/// </param>
/// <param name="Rejected">The refused changes, at most <see cref="PushOptions.MaxRejected"/>.</param>
/// <param name="LastSequence">Sequence of the last frame of the stream.</param>
/// <param name="Reconnects">How often the connection was made anew.</param>
public sealed record PushResult(
    PushCounts Counts, long Unreported, IReadOnlyList<RejectedRecord> Rejected, long LastSequence, int Reconnects)
{
    /// <summary>What became of the snapshots that were ended or aborted, in this order: applied, waiting for approval, or abandoned.</summary>
    public IReadOnlyList<SnapshotOutcome> Snapshots { get; init; } = [];
}

/// <summary>A change that was refused and is in quarantine.</summary>
/// <param name="Ordinal">Its place among everything handed to the session, from 0.</param>
/// <param name="Type">Type id.</param>
/// <param name="Change">Key, quarantine number and every violated rule.</param>
public sealed record RejectedRecord(long Ordinal, string Type, RejectedChange Change);
