using HubExchange.V1;

namespace HubExchange.Client;

/// <content>Quarantine.</content>
public sealed partial class HubClient
{
    private const int MostIds = 1_000;

    /// <summary>Lists refused changes, newest first, without payloads.</summary>
    /// <param name="type">Only of this type; null means all.</param>
    /// <param name="rule">Only those that violate this rule; null means all.</param>
    /// <param name="source">Only of this node; null means every node the caller may see.</param>
    /// <param name="pageSize">Changes per page, at most 1,000; 0 means 50.</param>
    /// <param name="state">Only in this state; open ones unless said otherwise.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<QuarantinedRecord> ListQuarantinedRecordsAsync(
        string? type = null,
        string? rule = null,
        string? source = null,
        int pageSize = 0,
        QuarantineState state = QuarantineState.Unspecified,
        CancellationToken cancellationToken = default) =>
        PageAsync<QuarantinedRecord>(
            async token =>
            {
                var request = new ListQuarantinedRecordsRequest
                {
                    Type = type ?? "",
                    Rule = rule ?? "",
                    Source = source ?? "",
                    State = state,
                    PageSize = pageSize,
                    PageToken = token,
                };
                var response = await _connection.CallAsync(options => _quarantine.ListQuarantinedRecordsAsync(request, options), cancellationToken);
                return (response.Records, response.NextPageToken);
            },
            cancellationToken);

    /// <summary>Groups the open refused changes by type, rule, field and source.</summary>
    /// <param name="type">Only of this type; null means all.</param>
    /// <param name="rule">Only of this rule; null means all.</param>
    /// <param name="source">Only of this node; null means every node the caller may see.</param>
    /// <param name="pageSize">Groups per page, at most 1,000; 0 means 50.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<QuarantineGroup> ListQuarantineGroupsAsync(
        string? type = null, string? rule = null, string? source = null, int pageSize = 0, CancellationToken cancellationToken = default) =>
        PageAsync<QuarantineGroup>(
            async token =>
            {
                var request = new ListQuarantineGroupsRequest
                {
                    Type = type ?? "",
                    Rule = rule ?? "",
                    Source = source ?? "",
                    PageSize = pageSize,
                    PageToken = token,
                };
                var response = await _connection.CallAsync(options => _quarantine.ListQuarantineGroupsAsync(request, options), cancellationToken);
                return (response.Groups, response.NextPageToken);
            },
            cancellationToken);

    /// <summary>Returns one refused change with its payload, as far as the caller may see it.</summary>
    public async Task<QuarantinedRecord> GetQuarantinedRecordAsync(long id, CancellationToken cancellationToken = default)
    {
        var request = new GetQuarantinedRecordRequest { Id = id };
        var response = await _connection.CallAsync(options => _quarantine.GetQuarantinedRecordAsync(request, options), cancellationToken);
        return response.Record;
    }

    /// <summary>Closes refused changes that will not be mended.</summary>
    /// <param name="ids">Their numbers, at most 1,000.</param>
    /// <param name="reason">Why, at most 200 characters.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>How many were open.</returns>
    public async Task<int> DiscardQuarantinedRecordsAsync(IEnumerable<long> ids, string reason, CancellationToken cancellationToken = default)
    {
        var request = new DiscardQuarantinedRecordsRequest { Ids = { ids }, Reason = reason };
        var response = await _connection.CallAsync(options => _quarantine.DiscardQuarantinedRecordsAsync(request, options), cancellationToken);
        return response.Discarded;
    }

    /// <summary>Has refused changes of the caller's own source checked again by the rules of today, and stores those that are right now.</summary>
    /// <param name="ids">Their numbers, at most 1,000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<ReplayQuarantinedRecordsResponse> ReplayQuarantinedRecordsAsync(
        IEnumerable<long> ids, CancellationToken cancellationToken = default)
    {
        var request = new ReplayQuarantinedRecordsRequest { Ids = { ids } };
        return _connection.CallAsync(options => _quarantine.ReplayQuarantinedRecordsAsync(request, options), cancellationToken);
    }

    /// <summary>
    /// Has the open refused changes of the caller's own source checked again, 1,000 in a call, until all that match were. At least one
    /// argument must be given.
    /// </summary>
    /// <param name="type">Only of this type.</param>
    /// <param name="rule">Only those that violate this rule.</param>
    /// <param name="source">The caller's own node; alone it stands for all its open changes.</param>
    /// <param name="cancellationToken">Ends the replay between two calls.</param>
    /// <returns>The sum over all calls; of what is still wrong, the first 1,000.</returns>
    public async Task<ReplayQuarantinedRecordsResponse> ReplayQuarantinedRecordsAsync(
        string? type = null, string? rule = null, string? source = null, CancellationToken cancellationToken = default)
    {
        var sum = new ReplayQuarantinedRecordsResponse { Counts = new PushCounts() };
        var request = new ReplayQuarantinedRecordsRequest { Type = type ?? "", Rule = rule ?? "", Source = source ?? "" };
        do
        {
            var response = await _connection.CallAsync(options => _quarantine.ReplayQuarantinedRecordsAsync(request, options), cancellationToken);
            Add(sum, response);
            request.PageToken = response.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        return sum;
    }

    private static void Add(ReplayQuarantinedRecordsResponse sum, ReplayQuarantinedRecordsResponse response)
    {
        sum.Counts.Add(response.Counts);
        sum.Skipped += response.Skipped;
        sum.Rejected.Add(response.Rejected.Take(MostIds - sum.Rejected.Count));
    }
}
