using Microsoft.Extensions.Options;

namespace HubExchange.Server.Query.Aggregation;

internal static class AggregateSetup
{
    /// <summary>Aggregates and the records behind their cells.</summary>
    public static IServiceCollection AddAggregation(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AggregateOptions>().Bind(configuration.GetSection(AggregateOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AggregateOptions>, AggregateOptionsValidator>();
        services.AddSingleton<SettledInstants>();
        services.AddSingleton<AggregateReader>();
        services.AddSingleton<CellReader>();
        return services;
    }
}
