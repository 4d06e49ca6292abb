using Microsoft.Extensions.Options;

namespace HubExchange.Server.Snapshots;

internal static class SnapshotSetup
{
    /// <summary>Taking, showing, deciding on and looking after snapshots.</summary>
    public static IServiceCollection AddSnapshots(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SnapshotOptions>().Bind(configuration.GetSection(SnapshotOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SnapshotOptions>, SnapshotOptionsValidator>();
        services.AddSingleton<SnapshotWriter>();
        services.AddSingleton<SnapshotStore>();
        services.AddSingleton<SnapshotApproval>();
        services.AddSingleton<SnapshotKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<SnapshotKeeper>());
        return services;
    }
}
