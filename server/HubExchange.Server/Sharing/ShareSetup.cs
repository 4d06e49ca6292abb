using Microsoft.Extensions.Options;

namespace HubExchange.Server.Sharing;

internal static class ShareSetup
{
    /// <summary>Share requests.</summary>
    public static IServiceCollection AddSharing(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ShareOptions>().Bind(configuration.GetSection(ShareOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ShareOptions>, ShareOptionsValidator>();
        services.AddSingleton<ShareStore>();
        services.AddSingleton<ShareIntake>();
        services.AddSingleton<ShareDesk>();
        return services;
    }
}
