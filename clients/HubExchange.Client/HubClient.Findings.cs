using HubExchange.V1;

namespace HubExchange.Client;

/// <content>Findings of checks and doubts that people raise.</content>
public sealed partial class HubClient
{
    /// <summary>Raises a doubt about a record; the same doubt is raised once while it is open.</summary>
    /// <param name="request">What is doubted, and why.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Finding> RaiseFindingAsync(RaiseFindingRequest request, CancellationToken cancellationToken = default) =>
        (await _connection.CallAsync(options => _findings.RaiseFindingAsync(request, options), cancellationToken)).Finding;

    /// <summary>Lists findings, newest first.</summary>
    /// <param name="filter">Which ones; null means all that are open. Its page fields are used for paging.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<Finding> ListFindingsAsync(ListFindingsRequest? filter = null, CancellationToken cancellationToken = default) =>
        PageAsync<Finding>(
            async token =>
            {
                var request = new ListFindingsRequest(filter ?? new ListFindingsRequest()) { PageToken = token };
                var response = await _connection.CallAsync(options => _findings.ListFindingsAsync(request, options), cancellationToken);
                return (response.Findings, response.NextPageToken);
            },
            cancellationToken);

    /// <summary>Counts open findings by check and owner, the most first.</summary>
    /// <param name="type">Only of this type; null means all.</param>
    /// <param name="owner">Only with this owner; null means every one.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<FindingGroup>> ListFindingGroupsAsync(
        string? type = null, string? owner = null, CancellationToken cancellationToken = default)
    {
        var request = new ListFindingGroupsRequest { Type = type ?? "", Owner = owner ?? "" };
        return (await _connection.CallAsync(options => _findings.ListFindingGroupsAsync(request, options), cancellationToken)).Groups;
    }

    /// <summary>Returns one finding with everything that happened to it.</summary>
    /// <param name="id">Number.</param>
    /// <param name="recordedAsOf">As it was at this instant; null for now.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<GetFindingResponse> GetFindingAsync(
        long id, DateTimeOffset? recordedAsOf = null, CancellationToken cancellationToken = default)
    {
        var request = new GetFindingRequest
        {
            Id = id,
            RecordedAsOf = recordedAsOf is { } instant ? Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(instant) : null,
        };
        return await _connection.CallAsync(options => _findings.GetFindingAsync(request, options), cancellationToken);
    }

    /// <summary>Moves a finding on.</summary>
    /// <param name="id">Number.</param>
    /// <param name="action">What to do.</param>
    /// <param name="reason">Why; needed where the action says so.</param>
    /// <param name="owner">New owner, for <see cref="FindingAction.Route"/>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Finding> MoveFindingAsync(
        long id, FindingAction action, string? reason = null, string? owner = null, CancellationToken cancellationToken = default)
    {
        var request = new MoveFindingRequest { Id = id, Action = action, Reason = reason ?? "", Owner = owner ?? "" };
        return (await _connection.CallAsync(options => _findings.MoveFindingAsync(request, options), cancellationToken)).Finding;
    }
}
