using Microsoft.Extensions.Options;

namespace HubExchange.Server.Changes;

internal static class FeedSetup
{
    /// <summary>Announcing and keeping the change feed.</summary>
    public static IServiceCollection AddFeed(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<FeedOptions>().Bind(configuration.GetSection(FeedOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<FeedOptions>, FeedOptionsValidator>();
        services.AddSingleton<Doorbell>();
        services.AddSingleton<RecentCommits>();
        services.AddSingleton<FeedRetention>();
        services.AddHostedService(provider => provider.GetRequiredService<FeedRetention>());
        services.AddHostedService<DoorbellWire>();
        return services;
    }
}
