using Microsoft.Extensions.Options;

namespace HubExchange.Server.Deliveries;

internal static class DeliverySetup
{
    /// <summary>The ledger of deliveries.</summary>
    public static IServiceCollection AddDeliveries(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DeliveryOptions>().Bind(configuration.GetSection(DeliveryOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DeliveryOptions>, DeliveryOptionsValidator>();
        services.AddSingleton<DeliveryLedger>();
        services.AddSingleton<HolderReader>();
        services.AddHostedService<DeliveryRetention>();
        services.AddHostedService(provider => provider.GetRequiredService<DeliveryLedger>());
        return services;
    }
}
