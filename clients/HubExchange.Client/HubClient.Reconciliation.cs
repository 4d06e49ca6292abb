using HubExchange.Client.Push;
using HubExchange.Client.Reconciliation;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Client;

/// <content>Reconciliation of hub and sources.</content>
public sealed partial class HubClient
{
    /// <summary>
    /// Attends for a source: tells the hub from time to time what the source has, and answers when the hub compares. Runs until cancelled;
    /// broken connections are made anew. Reads the records of the source first, unless they were read before.
    /// </summary>
    /// <param name="source">Node that attends; must be the one the certificate names.</param>
    /// <param name="records">What it answers for. Name it in <see cref="PushOptions.Attended"/> of the sessions that push, too.</param>
    /// <param name="options">Stream of these sessions, and pauses between connections; null means the defaults.</param>
    /// <param name="cancellationToken">Ends the attendance.</param>
    /// <exception cref="HubException">The hub refuses the source, or another program attends for it.</exception>
    public async Task AttendAsync(
        string source, AttendedRecords records, PushOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        options ??= new PushOptions();
        await records.StartAsync(source, options.Stream, cancellationToken);
        var hello = new AttendHello { Source = source, Stream = options.Stream, Types_ = { records.Types.Select(type => type.Id) } };
        try
        {
            await new AttendanceConnection(_reconciliations, _connection, hello, records, options, _options).RunAsync(cancellationToken);
        }
        finally
        {
            await records.SaveAsync(CancellationToken.None);
        }
    }

    /// <summary>Reconciles a type of a source that attends, and returns when it is done.</summary>
    /// <param name="type">The type.</param>
    /// <param name="source">Node; null means the caller's.</param>
    /// <param name="isDryRun">Lists the differences and does nothing about them.</param>
    /// <param name="cancellationToken">Ends the call, not the reconciliation.</param>
    public async Task<V1.Reconciliation> RunReconciliationAsync(
        EntityType type, string? source = null, bool isDryRun = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(type);
        var request = new RunReconciliationRequest { Source = source ?? "", Type = type.Id, DryRun = isDryRun };
        return (await _connection.CallAsync(options => _reconciliations.RunReconciliationAsync(request, options), cancellationToken)).Reconciliation;
    }

    /// <summary>Lists reconciliations, newest first.</summary>
    /// <param name="type">Only of this type; null means all.</param>
    /// <param name="source">Only of this node; null means every node the caller may see.</param>
    /// <param name="state">Only in this state; any unless said otherwise.</param>
    /// <param name="pageSize">Reconciliations per page, at most 1,000; 0 means 50.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<V1.Reconciliation> ListReconciliationsAsync(
        string? type = null,
        string? source = null,
        ReconciliationState state = ReconciliationState.Unspecified,
        int pageSize = 0,
        CancellationToken cancellationToken = default) =>
        PageAsync<V1.Reconciliation>(
            async token =>
            {
                var request = new ListReconciliationsRequest
                {
                    Type = type ?? "",
                    Source = source ?? "",
                    State = state,
                    PageSize = pageSize,
                    PageToken = token,
                };
                var response = await _connection.CallAsync(options => _reconciliations.ListReconciliationsAsync(request, options), cancellationToken);
                return (response.Reconciliations, response.NextPageToken);
            },
            cancellationToken);

    /// <summary>Returns one reconciliation.</summary>
    public async Task<V1.Reconciliation> GetReconciliationAsync(long id, CancellationToken cancellationToken = default)
    {
        var request = new GetReconciliationRequest { Id = id };
        return (await _connection.CallAsync(options => _reconciliations.GetReconciliationAsync(request, options), cancellationToken)).Reconciliation;
    }

    /// <summary>Lists what differed, in the order of the keys.</summary>
    /// <param name="id">Number of the reconciliation.</param>
    /// <param name="pageSize">Differences per page, at most 1,000; 0 means 50.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<Difference> ListReconciliationDifferencesAsync(
        long id, int pageSize = 0, CancellationToken cancellationToken = default) =>
        PageAsync<Difference>(
            async token =>
            {
                var request = new ListReconciliationDifferencesRequest { Id = id, PageSize = pageSize, PageToken = token };
                var response = await _connection.CallAsync(
                    options => _reconciliations.ListReconciliationDifferencesAsync(request, options), cancellationToken);
                return (response.Differences, response.NextPageToken);
            },
            cancellationToken);

    /// <summary>Has the deletions and forks mended that wait, and returns the reconciliation that did it. For the bureau.</summary>
    public async Task<V1.Reconciliation> ApproveReconciliationAsync(long id, CancellationToken cancellationToken = default)
    {
        var request = new ApproveReconciliationRequest { Id = id };
        return (await _connection.CallAsync(options => _reconciliations.ApproveReconciliationAsync(request, options), cancellationToken)).Reconciliation;
    }

    /// <summary>Takes back what a reconciliation mended. For the bureau.</summary>
    /// <returns>Records that are as they were before.</returns>
    public async Task<long> UndoReconciliationAsync(long id, CancellationToken cancellationToken = default)
    {
        var request = new UndoReconciliationRequest { Id = id };
        return (await _connection.CallAsync(options => _reconciliations.UndoReconciliationAsync(request, options), cancellationToken)).Undone;
    }

    /// <summary>Returns the signed certificate of a reconciliation that ended equal.</summary>
    public async Task<ReconciliationCertificate> GetReconciliationCertificateAsync(long id, CancellationToken cancellationToken = default)
    {
        var request = new GetReconciliationCertificateRequest { Id = id };
        return (await _connection.CallAsync(options => _reconciliations.GetReconciliationCertificateAsync(request, options), cancellationToken))
            .Certificate;
    }
}
