using HubExchange.Contracts.Entities;
using HubExchange.Server.Audit;
using HubExchange.Server.Catalog;
using HubExchange.Server.Changes;
using HubExchange.Server.Deliveries;
using HubExchange.Server.Faults;
using HubExchange.Server.Findings;
using HubExchange.Server.Identity;
using HubExchange.Server.Indicators;
using HubExchange.Server.Ingestion;
using HubExchange.Server.Jobs;
using HubExchange.Server.Layouts;
using HubExchange.Server.Quarantine;
using HubExchange.Server.Quality;
using HubExchange.Server.Query;
using HubExchange.Server.Query.Aggregation;
using HubExchange.Server.Query.Export;
using HubExchange.Server.Query.Places;
using HubExchange.Server.Query.Profiles;
using HubExchange.Server.Reconciliation;
using HubExchange.Server.Rest;
using HubExchange.Server.Sharing;
using HubExchange.Server.Signals;
using HubExchange.Server.Snapshots;
using HubExchange.Server.Storage;
using HubExchange.Server.Watch;

namespace HubExchange.Server.Hosting;

/// <summary>Puts a hub together. What is opened here stays open until the application stops.</summary>
internal static class HubHost
{
    /// <summary>Opens store and identity and builds the application; run it to serve.</summary>
    /// <param name="args">Command line, e.g. <c>--Hosting:Port=7443</c>.</param>
    /// <param name="types">The entity types to exchange.</param>
    /// <param name="time">The clock that days and terms are counted by; that of the system unless given. Certificates and tokens keep to that one.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<WebApplication> BuildAsync(
        string[] args, EntityTypes types, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        FailPoints.Enable();
        // Settings count from the start on. Watching their file would watch the whole folder, and the private PostgreSQL writes below it.
        var builder = WebApplication.CreateBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);
        builder.AddHubLogging();
        using var loggers = LoggerFactory.Create(logging => logging.AddHubConsole(builder.Configuration));

        var storage = await HubStorage.OpenAsync(builder.Configuration, types, loggers, cancellationToken);
        HubIdentity? identity = null;
        try
        {
            identity = await HubIdentity.OpenAsync(builder.Configuration, storage.DataSource, loggers, cancellationToken);
            return Assemble(builder, storage, identity, await MetricsAccess.OpenAsync(builder.Configuration, cancellationToken), types, time ?? TimeProvider.System);
        }
        catch
        {
            // A wrong setting must not leave the private PostgreSQL running.
            identity?.Dispose();
            await storage.DisposeAsync();
            throw;
        }
    }

    private static WebApplication Assemble(
        WebApplicationBuilder builder, HubStorage storage, HubIdentity identity, MetricsAccess access, EntityTypes types, TimeProvider time)
    {
        // By factory, so that the container disposes them: the private PostgreSQL ends after the last service that uses it.
        builder.Services.AddSingleton(_ => storage);
        builder.Services.AddSingleton(storage.DataSource);
        builder.Services.AddSingleton(types);
        builder.Services.AddSingleton(time);

        builder.AddHubKestrel(identity);
        builder.AddHubIdentity(identity);
        builder.AddHubSignals(access);
        builder.Services.AddHubGrpc(types);
        builder.Services.AddSingleton<OpenCalls>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<OpenCalls>());
        builder.Services.AddFeed(builder.Configuration);
        builder.Services.AddIngestion(builder.Configuration);
        builder.Services.AddSingleton<RecordReader>();
        builder.Services.AddSingleton<RecordHistory>();
        builder.Services.AddSingleton<ProfileReader>();
        builder.Services.AddQuarantine(builder.Configuration);
        builder.Services.AddSnapshots(builder.Configuration);
        builder.Services.AddPlaces(builder.Configuration);
        builder.Services.AddReconciliation(builder.Configuration);
        builder.Services.AddAggregation(builder.Configuration);
        builder.Services.AddDeliveries(builder.Configuration);
        builder.Services.AddAudit(builder.Configuration);
        builder.Services.AddSingleton<GivenRecords>();
        builder.Services.AddExports(builder.Configuration);
        builder.Services.AddWatches(builder.Configuration);
        builder.Services.AddIndicators();
        builder.Services.AddFindings();
        builder.Services.AddSharing(builder.Configuration);
        builder.Services.AddQuality(builder.Configuration);
        builder.Services.AddJobs(builder.Configuration, storage);
        builder.Services.AddSingleton<LayoutReader>();
        builder.Services.AddSingleton<LayoutWriter>();

        var app = builder.Build();
        _ = app.Services.GetRequiredService<HubStorage>();
        app.UseHubRestErrors();
        app.MapGrpcService<Ingestion.PushService>();
        app.MapGrpcService<Ingestion.StreamService>();
        app.MapGrpcService<Query.QueryService>();
        app.MapGrpcService<Query.Aggregation.AggregateService>();
        app.MapGrpcService<Query.Export.ExportService>();
        app.MapGrpcService<Watch.WatchService>();
        app.MapGrpcService<Deliveries.DeliveryService>();
        app.MapGrpcService<Query.Profiles.ProfileService>();
        app.MapGrpcService<Indicators.IndicatorService>();
        app.MapGrpcService<Layouts.LayoutService>();
        app.MapGrpcService<Quarantine.QuarantineService>();
        app.MapGrpcService<Snapshots.SnapshotService>();
        app.MapGrpcService<Findings.FindingService>();
        app.MapGrpcService<Sharing.ShareService>();
        app.MapGrpcService<Quality.QualityService>();
        app.MapGrpcService<Jobs.JobService>();
        app.MapGrpcService<Reconciliation.ReconciliationService>();
        app.MapGrpcService<Audit.AuditService>();
        app.MapGrpcService<Catalog.CatalogService>();
        app.MapGrpcService<Identity.IdentityService>();
        app.MapHubHealth();
        app.MapHubMetrics();
        app.MapHubReflection();
        app.MapHubDocumentation();
        app.VerifyRpcPermissions();
        return app;
    }
}
