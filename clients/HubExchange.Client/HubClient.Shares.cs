using HubExchange.V1;

namespace HubExchange.Client;

/// <content>Share requests.</content>
public sealed partial class HubClient
{
    /// <summary>Asks a provider for a dataset; the same request is made once while it waits for its answer.</summary>
    /// <param name="request">What is asked for, of whom, and what for.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ShareRequest> CreateShareRequestAsync(CreateShareRequestRequest request, CancellationToken cancellationToken = default) =>
        (await _connection.CallAsync(options => _shares.CreateShareRequestAsync(request, options), cancellationToken)).ShareRequest;

    /// <summary>Lists share requests, newest first.</summary>
    /// <param name="filter">Which ones; null means all that are open. Its page fields are used for paging.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<ShareRequest> ListShareRequestsAsync(
        ListShareRequestsRequest? filter = null, CancellationToken cancellationToken = default) =>
        PageAsync<ShareRequest>(
            async token =>
            {
                var request = new ListShareRequestsRequest(filter ?? new ListShareRequestsRequest()) { PageToken = token };
                var response = await _connection.CallAsync(options => _shares.ListShareRequestsAsync(request, options), cancellationToken);
                return (response.ShareRequests, response.NextPageToken);
            },
            cancellationToken);

    /// <summary>Returns one share request with everything that happened to it.</summary>
    /// <param name="id">Number.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<GetShareRequestResponse> GetShareRequestAsync(long id, CancellationToken cancellationToken = default)
    {
        var request = new GetShareRequestRequest { Id = id };
        return await _connection.CallAsync(options => _shares.GetShareRequestAsync(request, options), cancellationToken);
    }

    /// <summary>Moves a share request on.</summary>
    /// <param name="request">Which one, what to do, and what the action needs.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ShareRequest> MoveShareRequestAsync(MoveShareRequestRequest request, CancellationToken cancellationToken = default) =>
        (await _connection.CallAsync(options => _shares.MoveShareRequestAsync(request, options), cancellationToken)).ShareRequest;
}
