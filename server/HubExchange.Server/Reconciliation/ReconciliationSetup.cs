using HubExchange.Server.Hosting;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Reconciliation;

internal static class ReconciliationSetup
{
    /// <summary>Comparing hub and sources.</summary>
    public static IServiceCollection AddReconciliation(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ReconciliationOptions>().Bind(configuration.GetSection(ReconciliationOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ReconciliationOptions>, ReconciliationOptionsValidator>();
        services.AddSingleton<SourceKeys>();
        services.AddSingleton<Attendances>();
        services.AddSingleton<HubName>();
        services.AddSingleton<AttendanceRegister>();
        services.AddSingleton<HeldReader>();
        services.AddSingleton<CheckpointStore>();
        services.AddSingleton<LiveSetReader>();
        services.AddSingleton<LiveSets>();
        services.AddSingleton<ManifestStore>();
        services.AddSingleton<SetComparer>();
        services.AddSingleton<DifferenceMender>();
        services.AddSingleton<ReconciliationStore>();
        services.AddSingleton<CertificateIssuer>();
        services.AddSingleton<AttendanceDays>();
        services.AddSingleton<HeartbeatCheck>();
        services.AddSingleton<ReconciliationRights>();
        services.AddSingleton<ReconciliationRunner>();
        services.AddHostedService<AttendanceKeeper>();
        services.AddHostedService<NoticeTeller>();
        services.AddHostedService<CheckpointKeeper>();
        services.AddHostedService<LiveSetFollower>();
        services.AddHostedService<ReconciliationQueue>();
        return services;
    }
}
