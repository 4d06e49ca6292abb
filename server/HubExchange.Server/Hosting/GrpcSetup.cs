using Google.Protobuf.Reflection;
using Grpc.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Identity;
using HubExchange.Server.Signals;

namespace HubExchange.Server.Hosting;

internal static class GrpcSetup
{
    /// <summary>Most bytes of a request, over gRPC and over JSON.</summary>
    public const int MaxRequestBytes = 4 * 1024 * 1024;

    /// <summary>gRPC with the hub's interceptors, the same as JSON under /v1, health and reflection.</summary>
    public static void AddHubGrpc(this IServiceCollection services, EntityTypes types)
    {
        var entities = types.All.Select(type => type.Message.File).Distinct().ToArray();
        services
            .AddGrpc(options =>
            {
                options.AddHubInterceptors();
                options.MaxReceiveMessageSize = MaxRequestBytes;
            })
            .AddJsonTranscoding(options =>
            {
                // Records and error details travel as Any; JSON needs to know what is in them.
                options.TypeRegistry = TypeRegistry.FromFiles([.. entities, Google.Rpc.ErrorDetailsReflection.Descriptor]);
                options.JsonSettings.IgnoreDefaultValues = true;

                // As the JSON mapping of protobuf has it; many readers lose digits of large numbers.
                options.JsonSettings.WriteInt64sAsStrings = true;
            });
        services.AddGrpcHealthChecks().AddCheck<DatabaseHealth>("database").AddCheck<DiskHealth>("disk");

        var symbols = SymbolRegistry.FromFiles([.. ServiceFiles, .. entities]);
        services.AddSingleton(new ReflectionServiceImpl(ServiceNames, symbols));
        services.AddSingleton(new ReflectionV1ServiceImpl(ServiceNames, symbols));
    }

    /// <summary>Health over gRPC, and over HTTP for load balancers: /healthz says that the process runs, /readyz that it can work.</summary>
    public static void MapHubHealth(this WebApplication app)
    {
        app.MapGrpcHealthChecksService();
        app.MapHealthChecks("/healthz", new() { Predicate = _ => false });
        app.MapHealthChecks("/readyz");
    }

    /// <summary>Reflection for tools such as buf curl, with the entity messages beside the services, unless it is switched off.</summary>
    public static void MapHubReflection(this WebApplication app)
    {
        if (HostingOptions.Read(app.Configuration).Reflection)
        {
            // Older tools ask for v1alpha only.
            app.MapGrpcService<ReflectionV1ServiceImpl>();
            app.MapGrpcService<ReflectionServiceImpl>();
        }
    }

    private static IEnumerable<FileDescriptor> ServiceFiles =>
        HubServices.All.Select(service => service.File).Append(Grpc.Health.V1.HealthReflection.Descriptor);

    private static IEnumerable<string> ServiceNames => ServiceFiles.SelectMany(file => file.Services).Select(service => service.FullName);
}
