using Microsoft.Extensions.Options;

namespace HubExchange.Server.Audit;

internal static class AuditSetup
{
    /// <summary>The audit: what is written, kept, listed and verified.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AuditOptions>().Bind(configuration.GetSection(AuditOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuditOptions>, AuditOptionsValidator>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<AuditReader>();
        services.AddSingleton<AuditChain>();
        services.AddSingleton<RefusalInterceptor>();
        services.AddHostedService<AuditRetention>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditLog>());
        return services;
    }
}
