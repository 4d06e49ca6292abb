using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Snapshots;

/// <summary>A full snapshot deletes what the source no longer has, and nothing else.</summary>
public sealed class SnapshotTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    private static readonly IMessage[] None = [];

    private TestHub Hub => fixture.Hub;

    [Fact]
    public async Task End_DeletesExactlyWhatIsMissing()
    {
        var (node, other) = (SnapshotStream.NewNode(), SnapshotStream.NewNode());
        var (same, changed, missing, added, foreign) = (Make.Organization(), Make.Organization(), Make.Organization(), Make.Organization(), Make.Organization());
        await (await Hub.NodeAsync(other)).PushAsync(other, foreign);
        await using var stream = await SnapshotStream.OpenAsync(Hub, node);
        await stream.SendAsync(SnapshotMark.Unspecified, same, changed, missing);
        var carrier = (IMessage)RecordSamples.Minimal(CityEntityTypes.All.Of<Carrier>());
        await stream.PostAsync(SnapshotMark.Unspecified, [new Change { Record = carrier.ToByteString() }], "enterprise.carrier");
        Assert.Equal(1, (await stream.AckAsync()).Counts.Stored);

        var begun = await stream.SendAsync(SnapshotMark.Begin, same);
        changed.Name = "新名";
        var ended = await stream.SendAsync(SnapshotMark.End, changed, added);

        Assert.Equal(SnapshotState.Open, Assert.Single(begun.Snapshots).State);
        var outcome = Assert.Single(ended.Snapshots);
        Assert.Equal(
            (stream.Sequence, SnapshotStream.Type, begun.Snapshots[0].SnapshotId, SnapshotState.Applied, 1L),
            (outcome.Sequence, outcome.Type, outcome.SnapshotId, outcome.State, outcome.Deletions));
        Assert.Equal((2, 1), (ended.Counts.Stored, ended.Counts.Deleted));
        Assert.Equal([same.Uscc, changed.Uscc, added.Uscc], await Hub.KeysAsync(node));
        Assert.Equal([foreign.Uscc], await Hub.KeysAsync(other));
        Assert.Equal(1, (await (await Hub.NodeAsync(node)).ListAsync("enterprise.carrier", source: node).CountAsync()));

        var snapshot = await (await Hub.NodeAsync(node)).GetSnapshotAsync(outcome.SnapshotId);
        Assert.Equal(
            (node, "main", SnapshotState.Applied, 3L, 4L, 100L, 1L, 1L),
            (snapshot.Source, snapshot.Stream, snapshot.State, snapshot.Changes, snapshot.LiveRecords, snapshot.AllowedDeletions, snapshot.MissingRecords, snapshot.DeletedRecords));
        Assert.Equal((stream.Sequence - 1, stream.Sequence), (snapshot.BeginSequence, snapshot.EndSequence));
    }

    [Fact]
    public async Task DeletedRecord_KeepsItsHistory_AndComesBackAsANewVersion()
    {
        var node = SnapshotStream.NewNode();
        var (kept, missing) = (Make.Organization(), Make.Organization());
        await using var stream = await SnapshotStream.OpenAsync(Hub, node);
        await stream.SendAsync(SnapshotMark.Unspecified, kept, missing);

        await stream.SnapshotAsync(kept);
        Assert.Equal(0, await Hub.RevisionAsync(node, missing.Uscc));
        await stream.SendAsync(SnapshotMark.Unspecified, missing);

        Assert.Equal(3, await Hub.RevisionAsync(node, missing.Uscc));
    }

    [Fact]
    public async Task RefusedRecord_StillExistsAtItsSource_AndStays()
    {
        var node = SnapshotStream.NewNode();
        var (good, refused) = (Make.Organization(), Make.Organization());
        await using var stream = await SnapshotStream.OpenAsync(Hub, node);
        await stream.SendAsync(SnapshotMark.Unspecified, good, refused);
        refused.Name = "";

        await stream.SendAsync(SnapshotMark.Begin, good, refused);
        var ended = await stream.SendAsync(SnapshotMark.End, None);

        Assert.Equal((SnapshotState.Applied, 0L), (ended.Snapshots[0].State, ended.Snapshots[0].Deletions));
        Assert.Equal(1, await Hub.RevisionAsync(node, refused.Uscc));
    }

    [Theory]
    [InlineData("unreadable")]
    [InlineData("mistyped")]
    [InlineData("without key")]
    [InlineData("no operation")]
    public async Task KeyThatCannotBeMadeOut_MakesDeletionsWait(string what)
    {
        var node = SnapshotStream.NewNode();
        var (good, meant) = (Make.Organization(), Make.Organization());
        await using var stream = await SnapshotStream.OpenAsync(Hub, node);
        await stream.SendAsync(SnapshotMark.Unspecified, good, meant);
        var mistyped = new Organization(meant) { Uscc = meant.Uscc[..17] + (meant.Uscc[17] == '7' ? '8' : '7') };

        await stream.PostAsync(SnapshotMark.Begin, [new Change { Record = good.ToByteString() }, what switch
        {
            "unreadable" => new Change { Record = ByteString.CopyFrom(0x0a, 0xff, 0xff) },
            "mistyped" => new Change { Record = mistyped.ToByteString() },
            "without key" => new Change { Record = new Organization(meant) { Uscc = "" }.ToByteString() },
            _ => new Change(),
        }]);
        await stream.PostAsync(SnapshotMark.End, None);
        var ack = await stream.AckAsync();

        Assert.Equal(1, ack.Counts.Quarantined);
        Assert.Equal((SnapshotState.Waiting, 1L), (ack.Snapshots[1].State, ack.Snapshots[1].Deletions));
        Assert.Equal(1, await Hub.RevisionAsync(node, meant.Uscc));
        Assert.Equal(1, (await (await Hub.NodeAsync(node)).GetSnapshotAsync(ack.Snapshots[1].SnapshotId)).DoubtfulKeys);
    }

    [Fact]
    public async Task WhatAnotherStreamSendsMeanwhile_Stays()
    {
        var node = SnapshotStream.NewNode();
        var client = await Hub.NodeAsync(node);
        var records = Enumerable.Range(0, 5).Select(_ => Make.Organization()).ToArray();
        var (kept, changed, unchanged, refused, missing) = (records[0], records[1], records[2], records[3], records[4]);
        await using var stream = await SnapshotStream.OpenAsync(Hub, node);
        await using var other = await SnapshotStream.OpenAsync(Hub, node, "other");
        await stream.SendAsync(SnapshotMark.Unspecified, records);

        await stream.SendAsync(SnapshotMark.Begin, kept);
        changed.Name = "另一流的新名";
        await other.SendAsync(SnapshotMark.Unspecified, changed);
        await client.PushAsync(node, unchanged);
        refused.Name = "";
        await client.PushAsync(node, refused);
        var outcome = (await stream.SendAsync(SnapshotMark.End, None)).Snapshots[0];

        Assert.Equal((SnapshotState.Applied, 1L), (outcome.State, outcome.Deletions));
        Assert.Equal(0, await Hub.RevisionAsync(node, missing.Uscc));
        Assert.Equal([kept.Uscc, changed.Uscc, unchanged.Uscc, refused.Uscc], await Hub.KeysAsync(node));
    }

    [Fact]
    public async Task FramesWithoutAPause_AreTakenInTheirOrder()
    {
        var node = SnapshotStream.NewNode();
        var (before, kept, again) = (Make.Organization(), Make.Organization(), Make.Organization());
        await using var stream = await SnapshotStream.OpenAsync(Hub, node);

        // One batch or several: what comes before the BEGIN is not part of it, what comes after the END is not spared by it.
        await stream.PostAsync(SnapshotMark.Unspecified, before, kept, again);
        await stream.PostAsync(SnapshotMark.Begin, kept);
        await stream.PostAsync(SnapshotMark.End, None);
        await stream.PostAsync(SnapshotMark.Unspecified, again);
        var ack = await stream.AckAsync();

        Assert.Equal((5, 2), (ack.Counts.Stored + ack.Counts.Unchanged, ack.Counts.Deleted));
        Assert.Equal((0, 1, 3), (
            await Hub.RevisionAsync(node, before.Uscc), await Hub.RevisionAsync(node, kept.Uscc), await Hub.RevisionAsync(node, again.Uscc)));
    }

    [Theory]
    [InlineData(100, SnapshotState.Applied)]
    [InlineData(101, SnapshotState.Waiting)]
    public async Task MoreThanAHundredDeletions_Wait(int missing, SnapshotState expected)
    {
        var node = SnapshotStream.NewNode();
        var records = Enumerable.Range(0, 150).Select(_ => Make.Organization()).ToArray();
        await using var stream = await SnapshotStream.OpenAsync(Hub, node);
        await stream.SendAsync(SnapshotMark.Unspecified, records);

        var outcome = await stream.SnapshotAsync(records.Skip(missing));

        Assert.Equal((expected, missing), (outcome.State, outcome.Deletions));
        Assert.Equal(expected == SnapshotState.Applied ? 150 - missing : 150, (await Hub.KeysAsync(node)).Count);
    }

    [Theory]
    [InlineData(5, SnapshotState.Applied)]
    [InlineData(6, SnapshotState.Waiting)]
    public async Task OfManyRecords_AShareMayGo_InBatches(int missing, SnapshotState expected)
    {
        await using var hub = await TestHub.StartAsync(
            fixture.Cluster, "--Snapshots:FreeDeletions=3", "--Snapshots:FreePercent=12.5", "--Snapshots:DeletionBatch=2");
        var node = SnapshotStream.NewNode();
        var records = Enumerable.Range(0, 47).Select(_ => Make.Organization()).ToArray();
        await using var stream = await SnapshotStream.OpenAsync(hub, node);
        await stream.SendAsync(SnapshotMark.Unspecified, records);

        // 12.5 % of 47 are 5.875.
        var outcome = await stream.SnapshotAsync(records.Skip(missing));

        Assert.Equal((expected, missing), (outcome.State, outcome.Deletions));
        Assert.Equal(expected == SnapshotState.Applied ? 47 - missing : 47, (await hub.KeysAsync(node)).Count);
    }

    [Fact]
    public async Task EmptySnapshot_DeletesNothingByItself()
    {
        var node = SnapshotStream.NewNode();
        await using var stream = await SnapshotStream.OpenAsync(Hub, node);
        Assert.Equal((SnapshotState.Applied, 0L), StateOf(await stream.SnapshotAsync(None)));
        var record = Make.Organization();
        await stream.SendAsync(SnapshotMark.Unspecified, record);

        Assert.Equal((SnapshotState.Waiting, 1L), StateOf(await stream.SnapshotAsync(None)));

        Assert.Equal(1, await Hub.RevisionAsync(node, record.Uscc));
    }

    [Fact]
    public async Task MarksSentAgain_AreAcknowledgedAgain_AndNotAppliedTwice()
    {
        var node = SnapshotStream.NewNode();
        var (kept, late) = (Make.Organization(), Make.Organization());
        await using var stream = await SnapshotStream.OpenAsync(Hub, node);
        await stream.SendAsync(SnapshotMark.Begin, kept);
        var ended = await stream.SendAsync(SnapshotMark.End, None);
        await stream.SendAsync(SnapshotMark.Unspecified, late);

        Assert.Empty((await stream.ResendAsync(1, SnapshotMark.Begin, kept)).Snapshots);
        var again = await stream.ResendAsync(2, SnapshotMark.End);

        Assert.Equal((3, 0), (again.ThroughSequence, again.Counts.Deleted));
        Assert.Equal([kept.Uscc, late.Uscc], await Hub.KeysAsync(node));
        var snapshots = await (await Hub.NodeAsync(node)).ListSnapshotsAsync().ToListAsync();
        Assert.Equal((ended.Snapshots[0].SnapshotId, SnapshotState.Applied), (Assert.Single(snapshots).Id, snapshots[0].State));
    }

    [Fact]
    public async Task SameFrameWithAnotherMark_IsAFork()
    {
        var node = SnapshotStream.NewNode();
        var record = Make.Organization();
        await using var stream = await SnapshotStream.OpenAsync(Hub, node);
        await stream.SendAsync(SnapshotMark.Begin, record);

        var refused = await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => stream.ResendAsync(1, SnapshotMark.Unspecified, record));

        Assert.Equal(ErrorReason.SequenceFork, Reasons.Of(refused).Reason);
    }

    [Fact]
    public async Task Snapshot_GoesOnAfterTheHubWasRestarted()
    {
        var node = SnapshotStream.NewNode();
        var (first, second, missing) = (Make.Organization(), Make.Organization(), Make.Organization());
        var hub = await TestHub.StartAsync(fixture.Cluster);
        await using (var stream = await SnapshotStream.OpenAsync(hub, node))
        {
            await stream.SendAsync(SnapshotMark.Unspecified, first, second, missing);
            await stream.SendAsync(SnapshotMark.Begin, first);
        }

        await using var again = await hub.RestartAsync();
        await using var resumed = await SnapshotStream.OpenAsync(again, node);
        Assert.Equal(2, resumed.Sequence);
        var outcome = Assert.Single((await resumed.SendAsync(SnapshotMark.End, second)).Snapshots);

        Assert.Equal((SnapshotState.Applied, 1L), StateOf(outcome));
        Assert.Equal([first.Uscc, second.Uscc], await again.KeysAsync(node));
    }

    [Fact]
    public async Task SecondBegin_AbandonsTheFirstSnapshot_AndForgetsWhatItSaw()
    {
        var node = SnapshotStream.NewNode();
        var (first, second) = (Make.Organization(), Make.Organization());
        await using var stream = await SnapshotStream.OpenAsync(Hub, node);
        await stream.SendAsync(SnapshotMark.Unspecified, first, second);

        var begun = await stream.SendAsync(SnapshotMark.Begin, first);
        var outcome = await stream.SnapshotAsync(second);

        Assert.Equal((SnapshotState.Applied, 1L), StateOf(outcome));
        Assert.Equal([second.Uscc], await Hub.KeysAsync(node));
        var abandoned = await (await Hub.NodeAsync(node)).GetSnapshotAsync(begun.Snapshots[0].SnapshotId);
        Assert.Equal((SnapshotState.Abandoned, SnapshotAbandonment.BegunAnew), (abandoned.State, abandoned.Abandonment));
        Assert.NotNull(abandoned.ClosedAt);
    }

    [Fact]
    public async Task BeginOnAnotherStream_TakesOver_AndTheFirstStreamIsNotStuck()
    {
        var node = SnapshotStream.NewNode();
        var (first, second) = (Make.Organization(), Make.Organization());
        await using var one = await SnapshotStream.OpenAsync(Hub, node, "one");
        await using var two = await SnapshotStream.OpenAsync(Hub, node, "two");
        await one.SendAsync(SnapshotMark.Unspecified, first, second);
        await one.SendAsync(SnapshotMark.Begin, first);
        await two.SendAsync(SnapshotMark.Begin, second);

        var ofOne = await one.SendAsync(SnapshotMark.End, None);
        Assert.Equal((SnapshotState.Abandoned, 0L), StateOf(Assert.Single(ofOne.Snapshots)));
        Assert.Equal(2, (await Hub.KeysAsync(node)).Count);

        Assert.Equal((SnapshotState.Applied, 1L), StateOf((await two.SendAsync(SnapshotMark.End, None)).Snapshots[0]));
        Assert.Equal([second.Uscc], await Hub.KeysAsync(node));
        await one.PostAsync(SnapshotMark.End, None);
        Assert.Equal(ErrorReason.FrameInvalid, await one.RefusedAsync());
    }

    [Fact]
    public async Task Abort_DeletesNothing_AndEndsTheSnapshot()
    {
        var node = SnapshotStream.NewNode();
        var (first, second, third) = (Make.Organization(), Make.Organization(), Make.Organization());
        await using var stream = await SnapshotStream.OpenAsync(Hub, node);
        await stream.SendAsync(SnapshotMark.Unspecified, first, second);
        await stream.SendAsync(SnapshotMark.Begin, first);

        var ack = await stream.SendAsync(SnapshotMark.Abort, third);

        Assert.Equal((1, SnapshotState.Abandoned), (ack.Counts.Stored, ack.Snapshots[0].State));
        Assert.Equal(3, (await Hub.KeysAsync(node)).Count);
        var aborted = await (await Hub.NodeAsync(node)).GetSnapshotAsync(ack.Snapshots[0].SnapshotId);
        Assert.Equal((SnapshotAbandonment.Aborted, stream.Sequence), (aborted.Abandonment, aborted.EndSequence));
        await stream.PostAsync(SnapshotMark.End, None);
        Assert.Equal(ErrorReason.FrameInvalid, await stream.RefusedAsync());
    }

    [Theory]
    [InlineData(SnapshotMark.End)]
    [InlineData(SnapshotMark.Abort)]
    [InlineData((SnapshotMark)99)]
    public async Task MarkOutOfPlace_IsRefused_AndNothingOfItsFrameIsStored(SnapshotMark mark)
    {
        var node = SnapshotStream.NewNode();
        var (before, refused, after) = (Make.Organization(), Make.Organization(), Make.Organization());
        await using (var stream = await SnapshotStream.OpenAsync(Hub, node))
        {
            await stream.PostAsync(SnapshotMark.Unspecified, before);
            await stream.PostAsync(mark, refused);
            await stream.PostAsync(SnapshotMark.Unspecified, after);
            Assert.Equal(ErrorReason.FrameInvalid, await stream.RefusedAsync());
        }

        await using var again = await SnapshotStream.OpenAsync(Hub, node);
        Assert.Equal(1, again.Sequence);
        Assert.Equal([before.Uscc], await Hub.KeysAsync(node));
    }

    [Fact]
    public async Task KeyOfTwoSources_FallsBackToTheOtherOne()
    {
        var (node, other) = (SnapshotStream.NewNode(), SnapshotStream.NewNode());
        var (shared, own) = (Make.Organization(name: "甲县所报"), Make.Organization());
        await using var stream = await SnapshotStream.OpenAsync(Hub, node);
        await stream.SendAsync(SnapshotMark.Unspecified, shared, own);
        var otherClient = await Hub.NodeAsync(other);
        await otherClient.PushAsync(other, new Organization(shared) { Name = "乙县所报" });
        var bureau = await Hub.PersonAsync("bureau");
        Assert.Equal("甲县所报", (await bureau.GetAsync<Organization>(shared.Uscc)).Value.Name);

        await stream.SnapshotAsync(own);

        Assert.Equal("乙县所报", (await bureau.GetAsync<Organization>(shared.Uscc)).Value.Name);
        Assert.Equal([shared.Uscc], await Hub.KeysAsync(other));
    }

    [Fact]
    public async Task RecordThatIsGone_NeedsNoMending()
    {
        var node = SnapshotStream.NewNode();
        var (kept, gone) = (Make.Organization(), Make.Organization());
        await using var stream = await SnapshotStream.OpenAsync(Hub, node);
        await stream.SendAsync(SnapshotMark.Unspecified, kept, gone);
        var client = await Hub.NodeAsync(node);
        var id = (await client.PushAsync(node, new Organization(gone) { Name = "" })).Rejected[0].QuarantineId;

        await stream.SnapshotAsync(kept);

        Assert.Equal(QuarantineState.Resolved, (await client.GetQuarantinedRecordAsync(id)).State);
    }

    [Fact]
    public async Task SnapshotsOfTwoTypes_StandSideBySide()
    {
        var node = SnapshotStream.NewNode();
        var (kept, gone) = (Make.Organization(), Make.Organization());
        var carrier = new Change { Record = RecordSamples.Minimal(CityEntityTypes.All.Of<Carrier>()).ToByteString() };
        await using var stream = await SnapshotStream.OpenAsync(Hub, node);
        await stream.SendAsync(SnapshotMark.Unspecified, kept, gone);

        await stream.PostAsync(SnapshotMark.Begin, kept);
        await stream.PostAsync(SnapshotMark.Begin, [carrier], "enterprise.carrier");
        await stream.PostAsync(SnapshotMark.End, [], "enterprise.carrier");
        await stream.PostAsync(SnapshotMark.End, None);
        var ack = await stream.AckAsync();

        Assert.Equal(
            [(SnapshotState.Open, 0L), (SnapshotState.Open, 0L), (SnapshotState.Applied, 0L), (SnapshotState.Applied, 1L)],
            ack.Snapshots.Select(StateOf));
        Assert.Equal([kept.Uscc], await Hub.KeysAsync(node));
    }

    private static (SnapshotState, long) StateOf(SnapshotOutcome outcome) => (outcome.State, outcome.Deletions);
}
