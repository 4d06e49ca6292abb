using HubExchange.Client;
using HubExchange.Server.Quarantine;
using HubExchange.Server.Storage;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Tests.Quarantine;

/// <summary>Closed changes go after their time, open ones never.</summary>
public sealed class QuarantineRetentionTests(SharedCluster cluster)
{
    [Fact]
    public async Task Retention_DeletesOldClosedChangesInBatches_AndNoOpenOne()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        var client = await hub.NodeAsync(TestHub.Daye);
        var ids = (await client.PushAsync(TestHub.Daye, Enumerable.Range(0, 4).Select(_ => Make.Organization(name: ""))))
            .Rejected.Select(rejected => rejected.QuarantineId).ToList();
        await client.DiscardQuarantinedRecordsAsync(ids[..3], "重复");

        var young = await RunAsync(hub, days: 1099);
        var first = await RunAsync(hub, days: 1101);
        var second = await RunAsync(hub, days: 1101);
        var third = await RunAsync(hub, days: 1101);

        Assert.Equal((0, 2, 1, 0), (young, first, second, third));
        Assert.Equal(QuarantineState.Open, (await client.GetQuarantinedRecordAsync(ids[3])).State);
        var gone = await Assert.ThrowsAsync<HubException>(() => client.GetQuarantinedRecordAsync(ids[0]));
        Assert.Equal(ErrorReason.QuarantineNotFound, gone.Reason);
    }

    private static async Task<int> RunAsync(TestHub hub, int days)
    {
        using var retention = new QuarantineRetention(
            hub.Services.GetRequiredService<HubStorage>(),
            Options.Create(new QuarantineOptions { RetentionBatch = 2 }),
            new Later(TimeSpan.FromDays(days)),
            NullLogger<QuarantineRetention>.Instance);
        return await retention.RunOnceAsync(CancellationToken.None);
    }

    private sealed class Later(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
