using Microsoft.Extensions.Options;

namespace HubExchange.Server.Quality;

internal static class QualitySetup
{
    /// <summary>Scores of sources. The job that computes them is among the jobs.</summary>
    public static IServiceCollection AddQuality(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<QualityOptions>().Bind(configuration.GetSection(QualityOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<QualityOptions>, QualityOptionsValidator>();
        services.AddSingleton<QualityTally>();
        services.AddSingleton<QualityWriter>();
        services.AddSingleton<QualityStore>();
        return services;
    }
}
