using System.Data.Common;
using HubExchange.Server.Jobs.Checks;
using HubExchange.Server.Quality;
using HubExchange.Server.Reconciliation;
using HubExchange.Server.Sharing;
using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;
using Quartz;

namespace HubExchange.Server.Jobs;

internal static class JobSetup
{
    /// <summary>The jobs and what runs them by the clock.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services, IConfiguration configuration, HubStorage storage)
    {
        var options = configuration.GetSection(JobOptions.Section).Get<JobOptions>() ?? new JobOptions();
        services.AddOptions<JobOptions>().Bind(configuration.GetSection(JobOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<JobOptions>, JobOptionsValidator>();

        services.AddOptions<DeadlineOptions>().Bind(configuration.GetSection(DeadlineOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DeadlineOptions>, DeadlineOptionsValidator>();
        services.AddSingleton<RangeCheck>();
        services.AddSingleton<RowCheck>();
        services.AddSingleton<FeedCheck>();
        services.AddSingleton<KeptCheck>();
        services.AddSingleton<ReturnReader>();

        // Every job there is, in the order of the documentation.
        services.AddSingleton<IHubJob, ReconcileJob>();
        services.AddSingleton<IHubJob, ReferencesJob>();
        services.AddSingleton<IHubJob, ConflictsJob>();
        services.AddSingleton<IHubJob, TotalsJob>();
        services.AddSingleton<IHubJob, EffectiveJob>();
        services.AddSingleton<IHubJob, DeadlinesJob>();
        services.AddSingleton<IHubJob, FindingClockJob>();
        services.AddSingleton<IHubJob, ShareClockJob>();
        services.AddSingleton<IHubJob, ReturnsJob>();
        services.AddSingleton<IHubJob, QualityJob>();
        services.AddSingleton<IHubJob, StoreCheckJob>();
        services.AddSingleton<IHubJob, RetentionJob>();

        services.AddSingleton<JobBook>();
        services.AddSingleton<JobStore>();
        services.AddSingleton<JobRunner>();
        services.AddSingleton<JobSchedule>();
        services.AddHostedService<JobHost>();
        services.AddSingleton<DbDataSource>(storage.DataSource);
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(scheduler =>
            {
                scheduler.InstanceName = "hubexchange";
                scheduler.GenerateInstanceId = true;
                scheduler.IdleWaitTime = options.CheckinInterval;
                scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always;
            });
            quartz.UseDefaultThreadPool(options.MaxConcurrent);
            quartz.UsePersistentStore(store =>
            {
                // Two hubs in one process must not share it.
                store.UseDataSource($"hub-{Guid.NewGuid():N}");
                store.UsePostgres(database => database.UseRegisteredDataSource = true);
                store.UseSystemTextJsonSerializer();
                store.ConfigureStore(tables =>
                {
                    tables.TablePrefix = "hub_quartz.qrtz_";

                    // What a stop interrupts is gone on with by another hub, or here after the next start.
                    tables.RecoverFiringsCancelledByShutdown = true;
                });
                store.UseClustering(cluster =>
                {
                    cluster.CheckinInterval = options.CheckinInterval;
                    cluster.CheckinMisfireThreshold = options.CheckinInterval;
                });
            });
        });
        return services;
    }
}
