using System.Globalization;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Query;
using HubExchange.V1;

namespace HubExchange.Server.Snapshots;

internal sealed partial class SnapshotService(
    SnapshotStore store, SnapshotApproval approval, EntityTypes types, TimeProvider time, ILogger<SnapshotService> logger)
    : V1.SnapshotService.SnapshotServiceBase
{
    // A call ends before callers lose patience; they call again, or the keeper goes on.
    private const int BatchesPerCall = 10;

    public override async Task<GetSnapshotResponse> GetSnapshot(GetSnapshotRequest request, ServerCallContext context) => new()
    {
        Snapshot = await DemandAsync(request.Id, context),
    };

    public override async Task<ListSnapshotsResponse> ListSnapshots(ListSnapshotsRequest request, ServerCallContext context)
    {
        SnapshotRequests.CheckFilter(request.State);
        var size = PageToken.SizeOf(request.PageSize);
        if (context.GetCaller().VisibleSource(request.Source) is not { } source)
        {
            return new ListSnapshotsResponse();
        }

        string[] list = ["snapshots", source, request.Source, request.Type, SnapshotCode.Of(request.State)];
        var after = PageToken.Read(request.PageToken, list);
        var snapshots = await store.ListAsync(
            source,
            request.Type,
            request.State,
            after.Length == 0 ? long.MaxValue : long.Parse(after, CultureInfo.InvariantCulture),
            size + 1,
            context.CancellationToken);
        var response = new ListSnapshotsResponse { Snapshots = { snapshots.Take(size) } };
        if (snapshots.Count > size)
        {
            response.NextPageToken = PageToken.Write(TextOf(snapshots[size - 1].Id), list);
        }

        return response;
    }

    public override async Task<ListSnapshotDeletionsResponse> ListSnapshotDeletions(
        ListSnapshotDeletionsRequest request, ServerCallContext context)
    {
        var size = PageToken.SizeOf(request.PageSize);
        string[] list = ["snapshot-deletions", TextOf(request.Id)];
        var after = PageToken.Read(request.PageToken, list);
        var snapshot = await DemandAsync(request.Id, context);
        var type = types.Demand(snapshot.Type);
        var (deletions, total) = await store.ListDeletionsAsync(snapshot, type, after, size + 1, context.CancellationToken);

        var response = new ListSnapshotDeletionsResponse { Deletions = { deletions.Take(size) }, TotalSize = total };
        if (deletions.Count > size)
        {
            response.NextPageToken = PageToken.Write(deletions[size - 1].Key, list);
        }

        return response;
    }

    public override async Task<ApproveSnapshotResponse> ApproveSnapshot(ApproveSnapshotRequest request, ServerCallContext context)
    {
        SnapshotRequests.Check(request);
        var snapshot = await DemandAsync(request.Id, context);
        var by = context.GetCaller().Name;
        if (await store.ApproveAsync(snapshot, by, request.Reason, time.GetUtcNow().UtcDateTime, context.CancellationToken))
        {
            Log.Approved(logger, request.Id, snapshot.MissingRecords, by);
        }

        snapshot = await DemandAsync(request.Id, context);
        return new ApproveSnapshotResponse
        {
            Snapshot = snapshot.State switch
            {
                SnapshotState.Approved => await approval.RunAsync(snapshot, BatchesPerCall, context.CancellationToken),
                SnapshotState.Applied => snapshot,
                _ => throw NotWaiting(snapshot),
            },
        };
    }

    public override async Task<RejectSnapshotResponse> RejectSnapshot(RejectSnapshotRequest request, ServerCallContext context)
    {
        SnapshotRequests.Check(request);
        var snapshot = await DemandAsync(request.Id, context);
        var by = context.GetCaller().Name;
        if (await store.RejectAsync(snapshot, by, request.Reason, time.GetUtcNow().UtcDateTime, context.CancellationToken))
        {
            Log.Rejected(logger, request.Id, by);
        }

        snapshot = await DemandAsync(request.Id, context);
        return snapshot.State == SnapshotState.Rejected ? new RejectSnapshotResponse { Snapshot = snapshot } : throw NotWaiting(snapshot);
    }

    /// <summary>The snapshot, if there is one and the caller may see it.</summary>
    private async Task<Snapshot> DemandAsync(long id, ServerCallContext context) =>
        await store.GetAsync(id, context.GetCaller().Node, context.CancellationToken)
        ?? throw HubErrors.Of(ErrorReason.SnapshotNotFound, ("id", TextOf(id)));

    private static RpcException NotWaiting(Snapshot snapshot) => HubErrors.Of(
        ErrorReason.SnapshotNotWaiting, ("id", TextOf(snapshot.Id)), ("state", SnapshotCode.Of(snapshot.State)));

    private static string TextOf(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static partial class Log
    {
        // Without the reasons: people write what they like into them.
        [LoggerMessage(LogLevel.Information, "Snapshot {Id} with {Missing} missing record(s) approved by {By}")]
        public static partial void Approved(ILogger logger, long id, long missing, string by);

        [LoggerMessage(LogLevel.Information, "Snapshot {Id} rejected by {By}")]
        public static partial void Rejected(ILogger logger, long id, string by);
    }
}
