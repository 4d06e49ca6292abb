using HubExchange.Server.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace HubExchange.Server.Hosting;

/// <summary>The hub is ready when its database answers.</summary>
internal sealed class DatabaseHealth(HubStorage storage) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = storage.DataSource.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException e)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.", e);
        }
    }
}
