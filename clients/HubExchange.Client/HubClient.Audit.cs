using Google.Protobuf;
using HubExchange.V1;

namespace HubExchange.Client;

/// <content>The audit.</content>
public sealed partial class HubClient
{
    /// <summary>Lists entries of the audit, newest first. For auditors.</summary>
    /// <param name="filter">Which ones; its page token is ignored.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<AuditEntry> ListAuditEntriesAsync(ListAuditEntriesRequest? filter = null, CancellationToken cancellationToken = default) =>
        PageAsync<AuditEntry>(
            async token =>
            {
                var request = filter?.Clone() ?? new ListAuditEntriesRequest();
                request.PageToken = token;
                var response = await _connection.CallAsync(options => _audit.ListAuditEntriesAsync(request, options), cancellationToken);
                return (response.Entries, response.NextPageToken);
            },
            cancellationToken);

    /// <summary>Has the hub compute the hashes of the audit anew and tell where they differ first. For auditors.</summary>
    /// <param name="after">An entry that was verified before, to go on from and to find whether the chain still holds it; null for the oldest.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<VerifyAuditResponse> VerifyAuditAsync(AuditMark? after = null, CancellationToken cancellationToken = default)
    {
        var request = new VerifyAuditRequest { After = after?.Position ?? 0, Hash = after?.Hash ?? ByteString.Empty };
        return await _connection.CallAsync(options => _audit.VerifyAuditAsync(request, options), cancellationToken);
    }
}
