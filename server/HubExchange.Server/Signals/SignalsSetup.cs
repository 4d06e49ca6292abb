using System.Diagnostics.Metrics;
using HubExchange.Server.Identity;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace HubExchange.Server.Signals;

internal static class SignalsSetup
{
    private const string MetricsPath = "/metrics";

    // The names under which OpenTelemetry's own settings say where traces go.
    private static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

    /// <summary>Metrics for Prometheus, traces when an endpoint is set, and the watch over the disk.</summary>
    public static WebApplicationBuilder AddHubSignals(this WebApplicationBuilder builder, MetricsAccess access)
    {
        var section = builder.Configuration.GetSection(SignalsOptions.Section);
        builder.Services.AddOptions<SignalsOptions>().Bind(section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<SignalsOptions>, SignalsOptionsValidator>();
        builder.Services.AddSingleton(access);
        builder.Services.AddSingleton<HubMetrics>();
        builder.Services.AddSingleton<SourceSampler>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<SourceSampler>());
        builder.Services.AddSingleton<DiskWatch>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<DiskWatch>());

        var telemetry = builder.Services.AddOpenTelemetry();
        builder.Services.ConfigureOpenTelemetryMeterProvider((provider, metrics) => Select(
            metrics, provider.GetRequiredService<IMeterFactory>(), provider.GetRequiredService<IOptions<SignalsOptions>>().Value));
        telemetry.WithMetrics(metrics => metrics
            .AddMeter(HubMetrics.Meter, "Npgsql", "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel")
            .AddPrometheusExporter(exporter =>
            {
                exporter.ScopeInfoEnabled = false;
                exporter.TargetInfoEnabled = false;
                exporter.ScrapeResponseCacheDurationMilliseconds = 0;
            }));
        if (Array.Exists(Endpoints, name => !string.IsNullOrEmpty(builder.Configuration[name])))
        {
            telemetry.WithTracing(traces => traces
                .AddSource(BatchSignal.Activities)
                .AddNpgsql()
                .AddAspNetCoreInstrumentation(Redact)
                .AddOtlpExporter());
        }

        return builder;
    }

    /// <summary>GET /metrics.</summary>
    public static void MapHubMetrics(this WebApplication app)
    {
        var identity = app.Services.GetRequiredService<HubIdentity>();
        app.Services.GetRequiredService<HubMetrics>().ObserveCertificates(
            ("server", identity.ServerCertificate.NotAfter), ("authority", identity.Authority.Certificate.NotAfter));

        var access = app.Services.GetRequiredService<MetricsAccess>();
        app.MapPrometheusScrapingEndpoint(
            MetricsPath, meterProvider: null, configureBranchedPipeline: branch => branch.Use(access.InvokeAsync), optionsName: null);
    }

    private static void Select(MeterProviderBuilder metrics, IMeterFactory own, SignalsOptions options) => metrics.AddView(instrument =>
        // A meter is found by its name, so that of another hub in the same process would be found, too.
        instrument.Meter.Scope is IMeterFactory factory && factory != own ? MetricStreamConfiguration.Drop
        : HubMetrics.PerSourceAndType.Contains(instrument.Name) ? new MetricStreamConfiguration { CardinalityLimit = options.MaxSeries }
        : null);

    // Paths of REST calls hold keys of records, queries hold filters; the route says what was called.
    private static void Redact(OpenTelemetry.Instrumentation.AspNetCore.AspNetCoreTraceInstrumentationOptions options)
    {
        options.Filter = http => http.Request.Path != MetricsPath && http.Request.Path != "/healthz" && http.Request.Path != "/readyz";
        options.EnrichWithHttpRequest = (activity, _) => activity.SetTag("url.path", null).SetTag("url.query", null);
        options.EnrichWithHttpResponse = (activity, _) => activity.SetTag("url.path", null).SetTag("url.query", null);
    }
}
