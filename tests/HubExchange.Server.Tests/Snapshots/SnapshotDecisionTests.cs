using HubExchange.Client;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Snapshots;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;

namespace HubExchange.Server.Tests.Snapshots;

/// <summary>Deletions that wait are decided on by the bureau, and spare what the source has sent again.</summary>
public sealed class SnapshotDecisionTests(StrictHub fixture) : IClassFixture<StrictHub>
{
    private TestHub Hub => fixture.Hub;

    [Fact]
    public async Task Approval_DeletesWhatIsMissing_AndTellsWhoAndWhy()
    {
        var waiting = await WaitAsync(kept: 1, missing: 7);
        var bureau = await Hub.PersonAsync("bureau");
        var listed = await bureau.ListSnapshotDeletionsAsync(waiting.Id, pageSize: 3).ToListAsync();
        Assert.Equal(waiting.Missing.Select(each => each.Uscc).Order(StringComparer.Ordinal), listed.Select(deletion => deletion.Key));
        Assert.All(listed, deletion => Assert.Equal(("样例企业", 1L), (deletion.Label, deletion.Revision)));

        var approved = await bureau.ApproveSnapshotAsync(waiting.Id, "企业已迁出");
        var again = await bureau.ApproveSnapshotAsync(waiting.Id, "另一理由");

        Assert.Equal(
            (SnapshotState.Applied, 7L, 7L, "test-bureau", "企业已迁出"),
            (approved.State, approved.MissingRecords, approved.DeletedRecords, approved.DecidedBy, approved.DecisionReason));
        Assert.True(approved.ClosedAt >= approved.DecidedAt && approved.DecidedAt >= approved.EndedAt);
        Assert.Equal(approved, again);
        Assert.Equal(waiting.Kept.Select(each => each.Uscc), await Hub.KeysAsync(waiting.Node));
        Assert.Empty(await bureau.ListSnapshotDeletionsAsync(waiting.Id).ToListAsync());
    }

    [Fact]
    public async Task WhatWasSentAgainMeanwhile_IsSpared()
    {
        var waiting = await WaitAsync(kept: 1, missing: 5);
        var (changed, unchanged, refused, deleted) = (waiting.Missing[0], waiting.Missing[1], waiting.Missing[2], waiting.Missing[3]);
        var client = await Hub.NodeAsync(waiting.Node);
        await client.PushAsync(waiting.Node, new Organization(changed) { Name = "新名" });
        await client.PushAsync(waiting.Node, unchanged);
        Assert.Single((await client.PushAsync(waiting.Node, new Organization(refused) { Name = "" })).Rejected);
        await client.DeleteAsync<Organization>(waiting.Node, deleted.Uscc);
        Assert.Equal([waiting.Missing[4].Uscc], await client.ListSnapshotDeletionsAsync(waiting.Id).Select(deletion => deletion.Key).ToListAsync());

        var approved = await (await Hub.PersonAsync("bureau")).ApproveSnapshotAsync(waiting.Id);

        Assert.Equal((SnapshotState.Applied, 5L, 1L), (approved.State, approved.MissingRecords, approved.DeletedRecords));
        Assert.Equal(
            [waiting.Kept[0].Uscc, changed.Uscc, unchanged.Uscc, refused.Uscc], await Hub.KeysAsync(waiting.Node));
    }

    [Fact]
    public async Task ApprovalsAtTheSameTime_DeleteEverythingOnce()
    {
        var waiting = await WaitAsync(kept: 2, missing: 40);
        var bureau = await Hub.PersonAsync("bureau");
        var client = await Hub.NodeAsync(waiting.Node);

        // A source that goes on pushing all the while; what it sends before a key's turn is spared.
        var pushing = Task.Run(async () =>
        {
            foreach (var record in waiting.Missing.Reverse().Take(10))
            {
                await client.PushAsync(waiting.Node, record);
            }
        });
        var approved = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => bureau.ApproveSnapshotAsync(waiting.Id)));
        await pushing;

        Assert.All(approved, snapshot => Assert.Equal(SnapshotState.Applied, snapshot.State));
        var left = await Hub.KeysAsync(waiting.Node);
        Assert.Superset(waiting.Kept.Concat(waiting.Missing.Reverse().Take(10)).Select(each => each.Uscc).ToHashSet(), left.ToHashSet());
        Assert.Equal(12, left.Count);

        // Each missing record is deleted at most once: one that came back after its deletion has three versions, never five.
        foreach (var record in waiting.Missing.Reverse().Take(10))
        {
            Assert.Contains(await Hub.RevisionAsync(waiting.Node, record.Uscc), new List<long> { 1, 3 });
        }
    }

    [Fact]
    public async Task ApprovalThatWasBrokenOff_IsFinishedByTheHub()
    {
        var waiting = await WaitAsync(kept: 1, missing: 9);
        var bureau = await Hub.PersonAsync("bureau");
        var store = Hub.Services.GetRequiredService<SnapshotStore>();
        Assert.True(await store.ApproveAsync(
            await bureau.GetSnapshotAsync(waiting.Id), "bureau-person", "", DateTime.UtcNow, CancellationToken.None));

        await Hub.Services.GetRequiredService<SnapshotKeeper>().RunOnceAsync(CancellationToken.None);

        var done = await bureau.GetSnapshotAsync(waiting.Id);
        Assert.Equal((SnapshotState.Applied, 9L, "bureau-person"), (done.State, done.DeletedRecords, done.DecidedBy));
        Assert.Single(await Hub.KeysAsync(waiting.Node));
    }

    [Fact]
    public async Task ManyDeletions_TakeSeveralCalls()
    {
        // Ten batches of three in a call.
        var waiting = await WaitAsync(kept: 1, missing: 61);
        var bureau = await Hub.PersonAsync("bureau");

        var approved = await bureau.ApproveSnapshotAsync(waiting.Id);

        Assert.Equal((SnapshotState.Applied, 61L), (approved.State, approved.DeletedRecords));
        Assert.Single(await Hub.KeysAsync(waiting.Node));
    }

    [Fact]
    public async Task Rejection_KeepsEverything_AndIsFinal()
    {
        var waiting = await WaitAsync(kept: 1, missing: 5);
        var bureau = await Hub.PersonAsync("bureau");

        var rejected = await bureau.RejectSnapshotAsync(waiting.Id, "导出文件不完整");
        var again = await bureau.RejectSnapshotAsync(waiting.Id, "另一理由");

        Assert.Equal((SnapshotState.Rejected, "test-bureau", "导出文件不完整"), (rejected.State, rejected.DecidedBy, rejected.DecisionReason));
        Assert.Equal(rejected, again);
        var refused = await Assert.ThrowsAsync<HubException>(() => bureau.ApproveSnapshotAsync(waiting.Id));
        Assert.Equal((ErrorReason.SnapshotNotWaiting, "REJECTED"), (refused.Reason, refused.Metadata["state"]));
        Assert.Equal(6, (await Hub.KeysAsync(waiting.Node)).Count);
        Assert.Empty(await bureau.ListSnapshotDeletionsAsync(waiting.Id).ToListAsync());
    }

    [Fact]
    public async Task NewerSnapshot_TakesThePlaceOfOneThatWaits()
    {
        var waiting = await WaitAsync(kept: 1, missing: 5);
        await using var stream = await SnapshotStream.OpenAsync(Hub, waiting.Node);

        var newer = await stream.SnapshotAsync(waiting.Kept.Concat(waiting.Missing.Take(3)));

        Assert.Equal((SnapshotState.Applied, 2L), (newer.State, newer.Deletions));
        var older = await (await Hub.NodeAsync(waiting.Node)).GetSnapshotAsync(waiting.Id);
        Assert.Equal((SnapshotState.Abandoned, SnapshotAbandonment.Superseded), (older.State, older.Abandonment));
        Assert.Equal(4, (await Hub.KeysAsync(waiting.Node)).Count);
    }

    [Fact]
    public async Task OpenSnapshot_IsNotDecidedOn()
    {
        var node = SnapshotStream.NewNode();
        await using var stream = await SnapshotStream.OpenAsync(Hub, node);
        var id = (await stream.SendAsync(SnapshotMark.Begin, Make.Organization())).Snapshots[0].SnapshotId;
        var bureau = await Hub.PersonAsync("bureau");

        var approval = await Assert.ThrowsAsync<HubException>(() => bureau.ApproveSnapshotAsync(id));
        var rejection = await Assert.ThrowsAsync<HubException>(() => bureau.RejectSnapshotAsync(id, "误报"));

        Assert.Equal((ErrorReason.SnapshotNotWaiting, "OPEN"), (approval.Reason, approval.Metadata["state"]));
        Assert.Equal(ErrorReason.SnapshotNotWaiting, rejection.Reason);
        Assert.Equal(SnapshotState.Open, (await bureau.GetSnapshotAsync(id)).State);
    }

    [Fact]
    public async Task Source_SeesItsSnapshots_AndDecidesOnNone()
    {
        var waiting = await WaitAsync(kept: 1, missing: 5);
        var own = await Hub.NodeAsync(waiting.Node);
        var county = await Hub.PersonAsync("county", waiting.Node);
        var other = await Hub.NodeAsync(SnapshotStream.NewNode());

        Assert.Equal(SnapshotState.Waiting, (await county.GetSnapshotAsync(waiting.Id)).State);
        foreach (var client in new[] { own, county })
        {
            var refused = await Assert.ThrowsAsync<HubException>(() => client.ApproveSnapshotAsync(waiting.Id));
            Assert.Equal(ErrorReason.PermissionMissing, refused.Reason);
            refused = await Assert.ThrowsAsync<HubException>(() => client.RejectSnapshotAsync(waiting.Id, "误报"));
            Assert.Equal(ErrorReason.PermissionMissing, refused.Reason);
        }

        var hidden = await Assert.ThrowsAsync<HubException>(() => other.GetSnapshotAsync(waiting.Id));
        Assert.Equal(ErrorReason.SnapshotNotFound, hidden.Reason);
        hidden = await Assert.ThrowsAsync<HubException>(() => other.ListSnapshotDeletionsAsync(waiting.Id).ToListAsync().AsTask());
        Assert.Equal(ErrorReason.SnapshotNotFound, hidden.Reason);
        Assert.Empty(await other.ListSnapshotsAsync(source: waiting.Node).ToListAsync());
    }

    [Fact]
    public async Task List_FiltersAndPages_NewestFirst()
    {
        var node = SnapshotStream.NewNode();
        var record = Make.Organization();
        await using var stream = await SnapshotStream.OpenAsync(Hub, node);
        var ids = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            ids.Insert(0, (await stream.SnapshotAsync(record)).SnapshotId);
        }

        ids.Insert(0, (await stream.SendAsync(SnapshotMark.Begin, record)).Snapshots[0].SnapshotId);
        var bureau = await Hub.PersonAsync("bureau");

        Assert.Equal(ids, await IdsAsync(bureau.ListSnapshotsAsync(source: node, pageSize: 2)));
        Assert.Equal(ids[1..], await IdsAsync(bureau.ListSnapshotsAsync(SnapshotStream.Type, node, SnapshotState.Applied, 1)));
        Assert.Equal(ids[..1], await IdsAsync((await Hub.NodeAsync(node)).ListSnapshotsAsync(state: SnapshotState.Open)));
        Assert.Empty(await IdsAsync(bureau.ListSnapshotsAsync("enterprise.carrier", node)));
        var refused = await Assert.ThrowsAsync<HubException>(() => IdsAsync(bureau.ListSnapshotsAsync(state: (SnapshotState)99)));
        Assert.Equal(("state", ErrorReason.RequestInvalid), (refused.FieldViolations[0].Field, refused.Reason));
    }

    [Theory]
    [InlineData("")]
    [InlineData("第一行\n第二行")]
    public async Task RejectionNeedsAReason(string reason)
    {
        var refused = await Assert.ThrowsAsync<HubException>(
            async () => await (await Hub.PersonAsync("bureau")).RejectSnapshotAsync(1, reason));

        Assert.Equal((ErrorReason.RequestInvalid, "reason"), (refused.Reason, Assert.Single(refused.FieldViolations).Field));
    }

    /// <summary>A snapshot that lacks more than the hub deletes by itself.</summary>
    private async Task<WaitingSnapshot> WaitAsync(int kept, int missing)
    {
        var node = SnapshotStream.NewNode();
        var records = Enumerable.Range(0, kept + missing).Select(_ => Make.Organization()).ToArray();
        await using var stream = await SnapshotStream.OpenAsync(Hub, node);
        await stream.SendAsync(SnapshotMark.Unspecified, records);
        var outcome = await stream.SnapshotAsync(records[..kept]);
        Assert.Equal((SnapshotState.Waiting, missing), (outcome.State, outcome.Deletions));
        return new WaitingSnapshot(outcome.SnapshotId, node, records[..kept], records[kept..]);
    }

    private static async Task<List<long>> IdsAsync(IAsyncEnumerable<Snapshot> snapshots) => await snapshots.Select(each => each.Id).ToListAsync();

    private sealed record WaitingSnapshot(long Id, string Node, Organization[] Kept, Organization[] Missing);
}

/// <summary>A hub that deletes few records by itself and few at a time.</summary>
public sealed class StrictHub(SharedCluster cluster) : IAsyncLifetime
{
    public TestHub Hub { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Hub = await TestHub.StartAsync(
        cluster.Cluster, "--Snapshots:FreeDeletions=4", "--Snapshots:DeletionBatch=3");

    public ValueTask DisposeAsync() => Hub.DisposeAsync();
}
