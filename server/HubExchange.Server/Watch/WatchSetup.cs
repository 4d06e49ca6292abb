using Microsoft.Extensions.Options;

namespace HubExchange.Server.Watch;

internal static class WatchSetup
{
    /// <summary>Watches of the change feed.</summary>
    public static IServiceCollection AddWatches(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<WatchOptions>().Bind(configuration.GetSection(WatchOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WatchOptions>, WatchOptionsValidator>();
        services.AddSingleton<WatchSlots>();
        services.AddSingleton<WatchMatcher>();
        services.AddSingleton<WatchOpening>();
        services.AddSingleton<WatchFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<WatchFeed>());
        return services;
    }
}
