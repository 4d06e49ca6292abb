using Grpc.Core;
using HubExchange.Client;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace HubExchange.Server.Tests.Errors;

public sealed class ErrorInterceptorTests(SharedCluster cluster)
{
    [Fact]
    public async Task UnexpectedError_LeavesTheHubAsAnIdAndNothingElse()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Logging:LogLevel:Default=None");
        var bureau = await hub.PersonAsync("bureau");
        await using (var command = hub.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("drop table enterprise.organization"))
        {
            await command.ExecuteNonQueryAsync();
        }

        var refused = await Assert.ThrowsAsync<HubException>(() => bureau.GetAsync("enterprise.organization", RecordSamples.Uscc));

        Assert.Equal((StatusCode.Internal, ErrorReason.Internal), (refused.StatusCode, refused.Reason));
        Assert.Matches("^[0-9a-f]{12}$", refused.RequestId);
        Assert.Contains(refused.RequestId!, refused.MessageZh, StringComparison.Ordinal);
        Assert.DoesNotContain("organization", refused.MessageEn, StringComparison.Ordinal);
        Assert.False(refused.IsTransient);
    }
}
