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
    private readonly Mechanism.V1.IndicatorService.IndicatorServiceClient _indicators;
    private readonly ExportService.ExportServiceClient _exports;
    private readonly WatchService.WatchServiceClient _watch;
    private readonly ProfileService.ProfileServiceClient _profiles;
    private readonly LayoutService.LayoutServiceClient _layouts;
    private readonly CatalogService.CatalogServiceClient _catalog;
    private readonly QuarantineService.QuarantineServiceClient _quarantine;
    private readonly FindingService.FindingServiceClient _findings;
    private readonly ShareService.ShareServiceClient _shares;
    private readonly QualityService.QualityServiceClient _quality;
    private readonly JobService.JobServiceClient _jobs;
    private readonly DeliveryService.DeliveryServiceClient _deliveries;
    private readonly AuditService.AuditServiceClient _audit;
    private readonly SnapshotService.SnapshotServiceClient _snapshots;
    private readonly ReconciliationService.ReconciliationServiceClient _reconciliations;
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
        _indicators = new(_connection.Invoker);
        _exports = new(_connection.Invoker);
        _watch = new(_connection.Invoker);
        _profiles = new(_connection.Invoker);
        _layouts = new(_connection.Invoker);
        _catalog = new(_connection.Invoker);
        _quarantine = new(_connection.Invoker);
        _findings = new(_connection.Invoker);
        _shares = new(_connection.Invoker);
        _quality = new(_connection.Invoker);
        _jobs = new(_connection.Invoker);
        _deliveries = new(_connection.Invoker);
        _audit = new(_connection.Invoker);
        _snapshots = new(_connection.Invoker);
        _reconciliations = new(_connection.Invoker);
        _identity = new(_connection.Invoker);
        _push = new(_connection.Invoker);
        _streams = new(_connection.Invoker);
    }

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
