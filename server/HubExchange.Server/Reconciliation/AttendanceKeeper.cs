using HubExchange.Server.Hosting;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Reconciliation;

/// <summary>Renews the attendances of this hub for the other hubs, and ends those that another hub has taken over.</summary>
internal sealed partial class AttendanceKeeper(
    Attendances attendances,
    AttendanceRegister register,
    IOptions<ReconciliationOptions> options,
    TimeProvider time,
    ILogger<AttendanceKeeper> logger) : BackgroundService
{
    // Two renewals may fail before the attendance is forgotten.
    private const int RenewalsPerLease = 3;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Periodically.RunAsync(
        TimeSpan.FromSeconds(options.Value.AttendanceLeaseSeconds) / RenewalsPerLease,
        time,
        RunOnceAsync,
        exception => Log.Failed(logger, exception),
        stoppingToken);

    private async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        foreach (var attendance in attendances.All())
        {
            if (!await register.RenewAsync(attendance, cancellationToken))
            {
                Log.TakenOver(logger, attendance.Source, attendance.Stream);
                attendance.End();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Source} attends by stream {Stream} at another hub now; its attendance here ends")]
        public static partial void TakenOver(ILogger logger, string source, string stream);

        [LoggerMessage(LogLevel.Warning, "Attendances could not be renewed; tried again within seconds")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
