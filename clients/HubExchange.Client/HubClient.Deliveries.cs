using HubExchange.V1;

namespace HubExchange.Client;

/// <content>Who was given what.</content>
public sealed partial class HubClient
{
    /// <summary>
    /// Lists who holds versions of a record, by source, revision (newest first) and receiver, and whether they were given a later one since.
    /// In the ledger stands what nodes got of other sources, and what people of the city got of types that are not shared unconditionally.
    /// </summary>
    /// <param name="type">Type id.</param>
    /// <param name="key">Key.</param>
    /// <param name="revision">Only this revision; null means all.</param>
    /// <param name="source">Only versions of this node, or <c>HUB</c>; null means every source the caller may see.</param>
    /// <param name="pageSize">Holders per page, at most 1,000; 0 means 50.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<Holder> ListHoldersAsync(
        string type, string key, long? revision = null, string? source = null, int pageSize = 0, CancellationToken cancellationToken = default) =>
        PageAsync<Holder>(
            async token =>
            {
                var request = new ListHoldersRequest { Type = type, Key = key, Source = source ?? "", PageSize = pageSize, PageToken = token };
                if (revision is { } given)
                {
                    request.Revision = given;
                }

                var response = await _connection.CallAsync(options => _deliveries.ListHoldersAsync(request, options), cancellationToken);
                return (response.Holders, response.NextPageToken);
            },
            cancellationToken);
}
