using Google.Protobuf;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Ingestion;

/// <summary>The push stream as protos/README.md promises it.</summary>
public sealed class PushProtocolTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    private const string Type = "enterprise.organization";

    [Fact]
    public async Task NewStream_ExpectsSequenceOne_AndTellsItsLimits()
    {
        var (push, welcome) = await OpenAsync("new-stream");
        await using var _ = push;

        Assert.Equal(1, welcome.NextSequence);
        Assert.Equal((2, 1000, 1024 * 1024), (welcome.Credits, welcome.MaxChanges, welcome.MaxFrameBytes));
        Assert.Empty(welcome.UnknownTypes);
    }

    [Fact]
    public async Task UnknownTypes_AreListedInTheWelcome_AndRefusedInAFrame()
    {
        await using var push = RawPush.Connect(fixture.Hub, await IdentityAsync());
        await push.SendAsync(new PushRequest { Hello = new PushHello { Source = TestHub.Daye, Stream = "unknown", Types_ = { Type, "no.type" } } });
        Assert.Equal(["no.type"], (await push.ReceiveAsync()).Welcome.UnknownTypes);

        await push.SendAsync(1, "no.type", Make.Organization());
        await RefusedAsync(push, StatusCode.NotFound, ErrorReason.TypeUnknown);
    }

    [Fact]
    public async Task Reconnect_ResumesAtTheWatermark()
    {
        var (first, _) = await OpenAsync("resume");
        await first.SendAsync(1, Type, Make.Organization());
        Assert.Equal(1, (await first.ReceiveAsync()).Ack.ThroughSequence);
        await first.SendAsync(2, Type, Make.Organization(), Make.Organization());
        Assert.Equal(2, (await first.ReceiveAsync()).Ack.Counts.Stored);
        await first.DisposeAsync();

        var (second, welcome) = await OpenAsync("resume");
        await using var _ = second;
        Assert.Equal(3, welcome.NextSequence);
    }

    [Fact]
    public async Task FrameSentAgain_IsAcknowledgedAgain_AndNotAppliedTwice()
    {
        var organization = Make.Organization();
        var (push, _) = await OpenAsync("again");
        await using var __ = push;
        await push.SendAsync(1, Type, organization);
        await push.ReceiveAsync();

        await push.SendAsync(1, Type, organization);

        var ack = (await push.ReceiveAsync()).Ack;
        Assert.Equal((1, 0), (ack.ThroughSequence, ack.Counts.Stored));
        Assert.Equal(1, (await (await fixture.Hub.NodeAsync(TestHub.Daye)).GetAsync(Type, organization.Uscc)).Revision);
    }

    [Fact]
    public async Task Gap_IsAnsweredWithTheExpectedSequence()
    {
        var (push, _) = await OpenAsync("gap");
        await using var __ = push;

        await push.SendAsync(3, Type, Make.Organization());

        var metadata = await RefusedAsync(push, StatusCode.FailedPrecondition, ErrorReason.SequenceGap);
        Assert.Equal(("1", "3"), (metadata["expected"], metadata["received"]));
    }

    [Fact]
    public async Task SameSequenceWithOtherContent_IsAFork()
    {
        var (push, _) = await OpenAsync("fork");
        await using var __ = push;
        await push.SendAsync(1, Type, Make.Organization());
        await push.ReceiveAsync();

        var other = Make.Organization();
        await push.SendAsync(1, Type, other);

        await RefusedAsync(push, StatusCode.DataLoss, ErrorReason.SequenceFork);
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        await Assert.ThrowsAsync<Client.HubException>(() => client.GetAsync(Type, other.Uscc));

        var stream = await client.ListStreamsAsync().SingleAsync(stream => stream.Stream_ == "fork");
        Assert.Equal((TestHub.Daye, 1L, 1L), (stream.Source, stream.Sequence, stream.Forks));
        Assert.Equal((1L, Type), (stream.LastFork.Sequence, stream.LastFork.Type));
        Assert.NotEqual(stream.LastFork.CommittedDigest, stream.LastFork.ReceivedDigest);
        Assert.True(stream.CommittedAt <= stream.LastFork.RecordedAt);
    }

    [Fact]
    public async Task ClientRestoredFromABackup_IsRefused_AndEndsNobodyElse()
    {
        var (push, _) = await OpenAsync("rewound");
        await using var __ = push;
        await push.SendAsync(1, Type, Make.Organization());
        await push.SendAsync(2, Type, Make.Organization());
        while ((await push.ReceiveAsync()).Ack.ThroughSequence < 2)
        {
        }

        await using var restored = RawPush.Connect(fixture.Hub, await IdentityAsync());
        await restored.SendAsync(new PushRequest { Hello = new PushHello { Source = TestHub.Daye, Stream = "rewound", LastSequence = 1 } });
        var metadata = await RefusedAsync(restored, StatusCode.FailedPrecondition, ErrorReason.StreamRewound);

        Assert.Equal(("rewound", "1"), (metadata["stream"], metadata["known"]));
        await push.SendAsync(3, Type, Make.Organization());
        Assert.Equal(3, (await push.ReceiveAsync()).Ack.ThroughSequence);
        await using var rightful = RawPush.Connect(fixture.Hub, await IdentityAsync());
        await rightful.SendAsync(new PushRequest { Hello = new PushHello { Source = TestHub.Daye, Stream = "rewound", LastSequence = 3 } });
        Assert.Equal(4, (await rightful.ReceiveAsync()).Welcome.NextSequence);
    }

    [Fact]
    public async Task Streams_AreListedToTheirSourceOnly_PageByPage()
    {
        var (push, _) = await OpenAsync("listed");
        await push.DisposeAsync();
        var other = await fixture.Hub.NodeAsync(TestHub.Zone, NodeKind.Zone);
        var city = await fixture.Hub.PersonAsync("bureau");

        Assert.Empty(await other.ListStreamsAsync(TestHub.Daye).ToListAsync());
        Assert.DoesNotContain(await other.ListStreamsAsync().ToListAsync(), stream => stream.Source == TestHub.Daye);
        var listed = await city.ListStreamsAsync(TestHub.Daye).SingleAsync(stream => stream.Stream_ == "listed");
        Assert.Equal((0L, 0L), (listed.Sequence, listed.Forks));
        Assert.Null(listed.CommittedAt);
    }

    [Fact]
    public async Task LaterConnection_EndsTheEarlierOne()
    {
        var (earlier, _) = await OpenAsync("fence");
        await using var __ = earlier;

        var (later, welcome) = await OpenAsync("fence");
        await using var ___ = later;

        await RefusedAsync(earlier, StatusCode.Aborted, ErrorReason.StreamFenced);
        Assert.Equal(2, welcome.Epoch);
        await later.SendAsync(1, Type, Make.Organization());
        Assert.Equal(1, (await later.ReceiveAsync()).Ack.ThroughSequence);
    }

    [Fact]
    public async Task StreamsOfASource_CountTheirSequencesSeparately()
    {
        var (one, _) = await OpenAsync("one");
        var (two, _) = await OpenAsync("two");
        await using var __ = one;
        await using var ___ = two;

        await one.SendAsync(1, Type, Make.Organization());
        await two.SendAsync(1, Type, Make.Organization());

        Assert.Equal(1, (await one.ReceiveAsync()).Ack.ThroughSequence);
        Assert.Equal(1, (await two.ReceiveAsync()).Ack.ThroughSequence);
    }

    [Fact]
    public async Task BadRecord_IsQuarantined_AndTheRestStored()
    {
        var (good, bad) = (Make.Organization(), Make.Organization());
        bad.Name = "";
        bad.EstablishedOn = "2021-02-30";
        var (push, _) = await OpenAsync("one-bad");
        await using var __ = push;

        await push.SendAsync(1, Type, good, bad, Make.Organization());

        var ack = (await push.ReceiveAsync()).Ack;
        Assert.Equal((2, 1), (ack.Counts.Stored, ack.Counts.Quarantined));
        var rejected = Assert.Single(ack.Rejected);
        Assert.Equal((1, 1, bad.Uscc), (rejected.Sequence, rejected.Index, rejected.Key));
        Assert.Equal(
            [("date.syntax", "established_on"), ("required", "name")],
            rejected.Violations.Select(v => (v.Rule, v.Field)).Order());
        await push.SendAsync(2, Type, Make.Organization());
        Assert.Equal(2, (await push.ReceiveAsync()).Ack.ThroughSequence);
    }

    [Fact]
    public async Task UnreadableRecord_IsQuarantined()
    {
        var (push, _) = await OpenAsync("garbage");
        await using var __ = push;

        await push.SendAsync(new PushRequest
        {
            Frame = new PushFrame
            {
                Sequence = 1,
                Type = Type,
                Changes = { new Change { Record = ByteString.CopyFrom(0x0a, 0xff, 0xff) }, new Change() },
            },
        });

        var ack = (await push.ReceiveAsync()).Ack;
        Assert.Equal(["record.unreadable", "record.type"], ack.Rejected.Select(rejected => rejected.Violations[0].Rule));
    }

    [Fact]
    public async Task SilenceBeforeHello_EndsTheStream()
    {
        await using var hub = await TestHub.StartAsync(fixture.Cluster, "--Ingestion:HelloTimeoutSeconds=1");
        await using var push = RawPush.Connect(hub, await hub.IdentityOfAsync(TestHub.Daye));

        await RefusedAsync(push, StatusCode.InvalidArgument, ErrorReason.FrameInvalid);
    }

    [Theory]
    [InlineData("a frame first")]
    [InlineData("a second hello")]
    [InlineData("a bad stream name")]
    [InlineData("an empty frame")]
    [InlineData("too many changes")]
    [InlineData("too many bytes")]
    public async Task MessageOutOfPlace_IsRefused(string what)
    {
        await using var push = RawPush.Connect(fixture.Hub, await IdentityAsync());
        var hello = new PushRequest { Hello = new PushHello { Source = TestHub.Daye, Stream = what == "a bad stream name" ? "Bad Name" : $"out-of-place-{what.Length}" } };
        if (what != "a frame first")
        {
            await push.SendAsync(hello);
        }

        if (what != "a bad stream name")
        {
            if (what != "a frame first")
            {
                await push.ReceiveAsync();
            }

            await push.SendAsync(what switch
            {
                "a second hello" => hello,
                "an empty frame" or "a frame first" => new PushRequest { Frame = new PushFrame { Sequence = 1, Type = Type } },
                "too many changes" => Frame(Enumerable.Repeat(new Change { Delete = "x" }, 1001)),
                _ => Frame([new Change { Delete = new string('x', 1024 * 1024) }]),
            });
        }

        await RefusedAsync(push, StatusCode.InvalidArgument, ErrorReason.FrameInvalid);

        static PushRequest Frame(IEnumerable<Change> changes) => new() { Frame = new PushFrame { Sequence = 1, Type = Type, Changes = { changes } } };
    }

    [Fact]
    public async Task StoppingHub_EndsStreamsWithUnavailable_AndKeepsWhatItAcknowledged()
    {
        var organization = Make.Organization();
        var hub = await TestHub.StartAsync(fixture.Cluster);
        var (push, _) = await RawPush.OpenAsync(hub, await hub.IdentityOfAsync(TestHub.Daye), "stop");
        await using var __ = push;
        await push.SendAsync(1, Type, organization);
        await push.ReceiveAsync();

        var restarting = hub.RestartAsync();

        await RefusedAsync(push, StatusCode.Unavailable, ErrorReason.HubStopping);
        await using var again = await restarting;
        var client = await again.NodeAsync(TestHub.Daye);
        Assert.Equal(1, (await client.GetAsync(Type, organization.Uscc)).Revision);
    }

    private static async Task<IReadOnlyDictionary<string, string>> RefusedAsync(RawPush push, StatusCode status, ErrorReason reason)
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
            {
                await push.ReceiveAsync();
            }
        });
        Assert.True(status == error.StatusCode, error.ToString());
        var (found, metadata) = Reasons.Of(error);
        Assert.Equal(reason, found);
        return metadata;
    }

    private Task<Client.NodeIdentity> IdentityAsync() => fixture.Hub.IdentityOfAsync(TestHub.Daye);

    private async Task<(RawPush Push, PushWelcome Welcome)> OpenAsync(string stream) =>
        await RawPush.OpenAsync(fixture.Hub, await IdentityAsync(), stream);
}
