using System.Collections.Frozen;
using System.Globalization;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Ingestion;
using HubExchange.V1;

namespace HubExchange.Server.Snapshots;

/// <summary>
/// Makes the deletions of approved snapshots, a bounded number in a transaction, through the writer that every push goes through. May be
/// broken off and called again at any time, also by several at once: each key is taken off the list by the transaction that deletes it.
/// </summary>
internal sealed class SnapshotApproval(SnapshotStore store, FrameWriter writer, NodeRegister nodes, EntityTypes types)
{
    /// <summary>Makes the deletions that are left, in at most so many transactions.</summary>
    /// <returns>The snapshot as it is then: APPLIED, or APPROVED when deletions are left.</returns>
    /// <exception cref="Grpc.Core.RpcException">TYPE_UNKNOWN when the hub no longer exchanges the type; HUB_STOPPING.</exception>
    public async Task<Snapshot> RunAsync(Snapshot snapshot, int maxBatches, CancellationToken cancellationToken)
    {
        var type = types.Demand(snapshot.Type);
        var kind = await nodes.KindOfAsync(snapshot.Source, cancellationToken);

        // For the source, in the name of whoever approved.
        var caller = new Caller(
            snapshot.DecidedBy, Caller.NodeRole, snapshot.Source, kind, FrozenSet<string>.Empty, DateTimeOffset.MaxValue);
        var isLeft = true;
        for (var i = 0; i < maxBatches && isLeft; i++)
        {
            var result = await writer.WriteAsync(
                0, () => new FrameWrite(type, caller, null, 0, [], []) { ApprovedSnapshot = snapshot.Id }, cancellationToken);
            isLeft = result.Snapshots is [{ State: SnapshotState.Approved }];
        }

        return await store.GetAsync(snapshot.Id, "", cancellationToken)
            ?? throw HubErrors.Of(ErrorReason.SnapshotNotFound, ("id", snapshot.Id.ToString(CultureInfo.InvariantCulture)));
    }
}
