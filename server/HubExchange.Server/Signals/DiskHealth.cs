using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HubExchange.Server.Signals;

/// <summary>The hub is ready when it may write.</summary>
internal sealed class DiskHealth(DiskWatch disk) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(disk.IsFull ? HealthCheckResult.Unhealthy("Too little disk space is left.") : HealthCheckResult.Healthy());
}
