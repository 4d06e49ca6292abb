using System.Runtime.CompilerServices;
using Google.Protobuf;
using HubExchange.V1;

namespace HubExchange.Client;

/// <summary>
/// A client of the hub: reads records and layouts, pushes records, and manages identities. Thread-safe; make one and keep it.
/// Every method throws <see cref="HubException"/> when the hub refuses or cannot be reached.
/// </summary>
public sealed partial class HubClient : IAsyncDisposable
{
    private readonly HubClientOptions _options;
    private readonly HubConnection _connection;
    private readonly QueryService.QueryServiceClient _query;
    private readonly AggregateService.AggregateServiceClient _aggregates;
    private readonly LayoutService.LayoutServiceClient _layouts;
    private readonly CatalogService.CatalogServiceClient _catalog;
    private readonly QuarantineService.QuarantineServiceClient _quarantine;
    private readonly SnapshotService.SnapshotServiceClient _snapshots;
    private readonly IdentityService.IdentityServiceClient _identity;
    private readonly PushService.PushServiceClient _push;
    private readonly StreamService.StreamServiceClient _streams;

    /// <summary>Reads certificates and prepares the connection; the hub is called with the first method.</summary>
    /// <exception cref="HubException">The options are wrong, or a certificate or key cannot be read.</exception>
    public HubClient(HubClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _connection = new HubConnection(options);
        _query = new(_connection.Invoker);
        _aggregates = new(_connection.Invoker);
        _layouts = new(_connection.Invoker);
        _catalog = new(_connection.Invoker);
        _quarantine = new(_connection.Invoker);
        _snapshots = new(_connection.Invoker);
        _identity = new(_connection.Invoker);
        _push = new(_connection.Invoker);
        _streams = new(_connection.Invoker);
    }

    /// <summary>Returns one record.</summary>
    /// <param name="key">Its key; several key fields are joined with <c>~</c>.</param>
    /// <param name="source">What this node reported; null means the consolidated record.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<HubRecord<T>> GetAsync<T>(string key, string? source = null, CancellationToken cancellationToken = default)
        where T : IMessage<T>, new() =>
        HubRecord<T>.Of(await GetAsync(_options.Types.Of<T>().Id, key, source, cancellationToken));

    /// <summary>Returns one record of a type that is known by its id only.</summary>
    public async Task<Record> GetAsync(string type, string key, string? source = null, CancellationToken cancellationToken = default)
    {
        var request = new GetRecordRequest { Type = type, Key = key, Source = source ?? "" };
        var response = await _connection.CallAsync(options => _query.GetRecordAsync(request, options), cancellationToken);
        return response.Record;
    }

    /// <summary>Lists records in the order of their keys, fetching pages as they are needed.</summary>
    /// <param name="filter">Filter, e.g. <c>reporting_unit = "420281" AND established_on >= "2020-01-01"</c>; null means all.</param>
    /// <param name="pageSize">Records per page, at most 1,000; 0 means 50.</param>
    /// <param name="source">Only what this node reported; null means consolidated records.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public async IAsyncEnumerable<HubRecord<T>> ListAsync<T>(
        string? filter = null, int pageSize = 0, string? source = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : IMessage<T>, new()
    {
        await foreach (var record in ListAsync(_options.Types.Of<T>().Id, filter, pageSize, source, cancellationToken))
        {
            yield return HubRecord<T>.Of(record);
        }
    }

    /// <summary>Lists records of a type that is known by its id only.</summary>
    public IAsyncEnumerable<Record> ListAsync(
        string type, string? filter = null, int pageSize = 0, string? source = null, CancellationToken cancellationToken = default) =>
        PageAsync<Record>(
            async token =>
            {
                var request = new ListRecordsRequest
                {
                    Type = type,
                    Filter = filter ?? "",
                    PageSize = pageSize,
                    Source = source ?? "",
                    PageToken = token,
                };
                var response = await _connection.CallAsync(options => _query.ListRecordsAsync(request, options), cancellationToken);
                return (response.Records, response.NextPageToken);
            },
            cancellationToken);

    /// <summary>Closes the connection. Push sessions must be disposed before.</summary>
    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async IAsyncEnumerable<T> PageAsync<T>(
        Func<string, Task<(IEnumerable<T> Items, string NextPageToken)>> fetch,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var token = "";
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            (var items, token) = await fetch(token);
            foreach (var item in items)
            {
                yield return item;
            }
        }
        while (token.Length > 0);
    }
}
