using HubExchange.Contracts.Reconciliation;

namespace HubExchange.Server.Reconciliation;

/// <summary>What the hub has of a source and type at one instant.</summary>
/// <param name="Sequence">Last committed sequence of the stream at that instant.</param>
/// <param name="Rows">The records that are as they were written.</param>
/// <param name="Damaged">Records that are not: somebody changed the tables by hand, or a disk did. They count as not there.</param>
/// <param name="Digest">Count and digest of the rows.</param>
/// <param name="PushedSince">Changes that were pushed since both sides were equal last; null when they never were.</param>
internal sealed record HeldSet(long Sequence, List<HeldRow> Rows, List<HeldRow> Damaged, SetDigest Digest, long? PushedSince);
