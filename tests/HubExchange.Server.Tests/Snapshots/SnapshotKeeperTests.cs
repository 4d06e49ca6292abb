using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Snapshots;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Tests.Snapshots;

/// <summary>Snapshots that nobody ends are given up, and closed ones are forgotten after years.</summary>
public sealed class SnapshotKeeperTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    [Fact]
    public async Task SnapshotWithoutProgress_IsAbandoned_AndItsEndDeletesNothing()
    {
        await using var hub = await TestHub.StartAsync(fixture.Cluster);
        var node = SnapshotStream.NewNode();
        var (seen, missing) = (Make.Organization(), Make.Organization());
        await using var stream = await SnapshotStream.OpenAsync(hub, node);
        await stream.SendAsync(SnapshotMark.Unspecified, seen, missing);
        var id = (await stream.SendAsync(SnapshotMark.Begin, seen)).Snapshots[0].SnapshotId;
        var client = await hub.NodeAsync(node);

        await RunAsync(hub, days: 6.9);
        Assert.Equal(SnapshotState.Open, (await client.GetSnapshotAsync(id)).State);
        await RunAsync(hub, days: 7.1);

        var abandoned = await client.GetSnapshotAsync(id);
        Assert.Equal((SnapshotState.Abandoned, SnapshotAbandonment.Idle, 0L), (abandoned.State, abandoned.Abandonment, abandoned.EndSequence));
        var ack = await stream.SendAsync(SnapshotMark.End, missing);
        Assert.Equal((id, SnapshotState.Abandoned), (ack.Snapshots[0].SnapshotId, ack.Snapshots[0].State));
        Assert.Equal((1, 2), (ack.Counts.Unchanged, (await hub.KeysAsync(node)).Count));
        Assert.Equal(stream.Sequence, (await client.GetSnapshotAsync(id)).EndSequence);
    }

    [Fact]
    public async Task OnlyFramesOfItsOwnStream_KeepASnapshotOpen()
    {
        await using var hub = await TestHub.StartAsync(fixture.Cluster);
        var node = SnapshotStream.NewNode();
        await using var stream = await SnapshotStream.OpenAsync(hub, node);
        await using var other = await SnapshotStream.OpenAsync(hub, node, "other");
        var client = await hub.NodeAsync(node);
        var begun = await client.GetSnapshotAsync((await stream.SendAsync(SnapshotMark.Begin, Make.Organization())).Snapshots[0].SnapshotId);

        await other.SendAsync(SnapshotMark.Unspecified, Make.Organization());
        Assert.Equal(begun.ProgressedAt, (await client.GetSnapshotAsync(begun.Id)).ProgressedAt);
        await stream.SendAsync(SnapshotMark.Unspecified, Make.Organization());

        var progressed = await client.GetSnapshotAsync(begun.Id);
        Assert.True(progressed.ProgressedAt > begun.ProgressedAt);
        Assert.Equal(2, progressed.Changes);
    }

    [Fact]
    public async Task ClosedSnapshots_AreForgottenAfterTheirTime_WaitingOnesNever()
    {
        await using var hub = await TestHub.StartAsync(fixture.Cluster, "--Snapshots:FreeDeletions=0");
        var node = SnapshotStream.NewNode();
        var (kept, missing) = (Make.Organization(), Make.Organization());
        await using var stream = await SnapshotStream.OpenAsync(hub, node);
        await stream.SendAsync(SnapshotMark.Unspecified, kept, missing);
        var closed = (await stream.SnapshotAsync(kept, missing)).SnapshotId;
        var waiting = await stream.SnapshotAsync(kept);
        Assert.Equal(SnapshotState.Waiting, waiting.State);
        var client = await hub.NodeAsync(node);

        await RunAsync(hub, days: 1099);
        Assert.Equal(2, await client.ListSnapshotsAsync().CountAsync());
        await RunAsync(hub, days: 1101);

        Assert.Equal([waiting.SnapshotId], await client.ListSnapshotsAsync().Select(snapshot => snapshot.Id).ToListAsync());
        var gone = await Assert.ThrowsAsync<HubException>(() => client.GetSnapshotAsync(closed));
        Assert.Equal(ErrorReason.SnapshotNotFound, gone.Reason);
    }

    private static async Task RunAsync(TestHub hub, double days)
    {
        using var keeper = new SnapshotKeeper(
            hub.Services.GetRequiredService<SnapshotStore>(),
            hub.Services.GetRequiredService<SnapshotApproval>(),
            hub.Services.GetRequiredService<EntityTypes>(),
            Options.Create(new SnapshotOptions()),
            new Later(TimeSpan.FromDays(days)),
            NullLogger<SnapshotKeeper>.Instance);
        Assert.False(await keeper.RunOnceAsync(CancellationToken.None));
    }

    private sealed class Later(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
