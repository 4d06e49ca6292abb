using HubExchange.Server.Consolidation;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Ingestion;

internal static class IngestionSetup
{
    /// <summary>Everything the push path needs.</summary>
    public static IServiceCollection AddIngestion(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<IngestionOptions>().Bind(configuration.GetSection(IngestionOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<IngestionOptions>, IngestionOptionsValidator>();
        services.AddSingleton<DivisionRegister>();
        services.AddSingleton<ChangeReader>();
        services.AddSingleton<RecordWriter>();
        services.AddSingleton<Consolidator>();
        services.AddSingleton<WriteInstants>();
        services.AddSingleton<WritePlanner>();
        services.AddSingleton<BatchWriter>();
        services.AddSingleton<FrameWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<FrameWriter>());
        services.AddSingleton<OperatorWriter>();
        services.AddSingleton<StreamStore>();
        services.AddSingleton<SourceLimits>();
        services.AddSingleton<StreamConnections>();
        return services;
    }
}
