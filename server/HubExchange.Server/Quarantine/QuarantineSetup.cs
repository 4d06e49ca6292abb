using Microsoft.Extensions.Options;

namespace HubExchange.Server.Quarantine;

internal static class QuarantineSetup
{
    /// <summary>Reading, closing, replaying and forgetting refused changes.</summary>
    public static IServiceCollection AddQuarantine(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<QuarantineOptions>().Bind(configuration.GetSection(QuarantineOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<QuarantineOptions>, QuarantineOptionsValidator>();
        services.AddSingleton<QuarantineStore>();
        services.AddSingleton<QuarantineReplay>();
        services.AddSingleton<QuarantineRetention>();
        services.AddHostedService(provider => provider.GetRequiredService<QuarantineRetention>());
        return services;
    }
}
