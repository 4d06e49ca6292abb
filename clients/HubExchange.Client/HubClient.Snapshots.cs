using HubExchange.V1;

namespace HubExchange.Client;

/// <content>Full snapshots of types.</content>
public sealed partial class HubClient
{
    /// <summary>Returns one snapshot.</summary>
    public async Task<Snapshot> GetSnapshotAsync(long id, CancellationToken cancellationToken = default)
    {
        var request = new GetSnapshotRequest { Id = id };
        return (await _connection.CallAsync(options => _snapshots.GetSnapshotAsync(request, options), cancellationToken)).Snapshot;
    }

    /// <summary>Lists snapshots, newest first.</summary>
    /// <param name="type">Only of this type; null means all.</param>
    /// <param name="source">Only of this node; null means every node the caller may see.</param>
    /// <param name="state">Only in this state; any unless said otherwise.</param>
    /// <param name="pageSize">Snapshots per page, at most 1,000; 0 means 50.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<Snapshot> ListSnapshotsAsync(
        string? type = null,
        string? source = null,
        SnapshotState state = SnapshotState.Unspecified,
        int pageSize = 0,
        CancellationToken cancellationToken = default) =>
        PageAsync<Snapshot>(
            async token =>
            {
                var request = new ListSnapshotsRequest
                {
                    Type = type ?? "",
                    Source = source ?? "",
                    State = state,
                    PageSize = pageSize,
                    PageToken = token,
                };
                var response = await _connection.CallAsync(options => _snapshots.ListSnapshotsAsync(request, options), cancellationToken);
                return (response.Snapshots, response.NextPageToken);
            },
            cancellationToken);

    /// <summary>Lists the records that an approval would delete, in the order of their keys.</summary>
    /// <param name="id">Number of the snapshot.</param>
    /// <param name="pageSize">Records per page, at most 1,000; 0 means 50.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<SnapshotDeletion> ListSnapshotDeletionsAsync(
        long id, int pageSize = 0, CancellationToken cancellationToken = default) =>
        PageAsync<SnapshotDeletion>(
            async token =>
            {
                var request = new ListSnapshotDeletionsRequest { Id = id, PageSize = pageSize, PageToken = token };
                var response = await _connection.CallAsync(options => _snapshots.ListSnapshotDeletionsAsync(request, options), cancellationToken);
                return (response.Deletions, response.NextPageToken);
            },
            cancellationToken);

    /// <summary>Has the deletions of a waiting snapshot made, in several calls when there are many. For the bureau.</summary>
    /// <param name="id">Number of the snapshot.</param>
    /// <param name="reason">Why, at most 200 characters; optional.</param>
    /// <param name="cancellationToken">Ends the calls; the hub goes on by itself.</param>
    /// <returns>The snapshot, applied.</returns>
    public async Task<Snapshot> ApproveSnapshotAsync(long id, string? reason = null, CancellationToken cancellationToken = default)
    {
        var request = new ApproveSnapshotRequest { Id = id, Reason = reason ?? "" };
        while (true)
        {
            var response = await _connection.CallAsync(options => _snapshots.ApproveSnapshotAsync(request, options), cancellationToken);
            if (response.Snapshot.State != SnapshotState.Approved)
            {
                return response.Snapshot;
            }
        }
    }

    /// <summary>Closes a waiting snapshot without deleting anything. For the bureau.</summary>
    /// <param name="id">Number of the snapshot.</param>
    /// <param name="reason">Why, at most 200 characters.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Snapshot> RejectSnapshotAsync(long id, string reason, CancellationToken cancellationToken = default)
    {
        var request = new RejectSnapshotRequest { Id = id, Reason = reason };
        return (await _connection.CallAsync(options => _snapshots.RejectSnapshotAsync(request, options), cancellationToken)).Snapshot;
    }

    /// <summary>What became of the snapshot that a frame has ended, when its acknowledgement was lost.</summary>
    private async Task<SnapshotOutcome?> FindOutcomeAsync(
        string source, string stream, PushFrame frame, CancellationToken cancellationToken)
    {
        var snapshot = await ListSnapshotsAsync(frame.Type, source, cancellationToken: cancellationToken)
            .FirstOrDefaultAsync(each => each.Stream == stream && each.EndSequence == frame.Sequence, cancellationToken);
        return snapshot is null ? null : new SnapshotOutcome
        {
            Sequence = frame.Sequence,
            Type = frame.Type,
            SnapshotId = snapshot.Id,
            State = snapshot.State,
            Deletions = snapshot.State == SnapshotState.Waiting ? snapshot.MissingRecords : snapshot.DeletedRecords,
        };
    }
}
