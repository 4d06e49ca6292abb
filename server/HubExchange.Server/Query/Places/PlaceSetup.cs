using Microsoft.Extensions.Options;

namespace HubExchange.Server.Query.Places;

internal static class PlaceSetup
{
    /// <summary>Counts of records by where they stand.</summary>
    public static IServiceCollection AddPlaces(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PlaceOptions>().Bind(configuration.GetSection(PlaceOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PlaceOptions>, PlaceOptionsValidator>();
        services.AddSingleton<StandingCounter>();
        services.AddSingleton<StandingCounts>();
        services.AddHostedService<StandingKeeper>();
        return services;
    }
}
