using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using HubExchange.Client;
using HubExchange.Client.Watch;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Tests.Identity;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Watch;

/// <summary>The contract of watches, property by property.</summary>
public sealed class WatchTests(SharedCluster cluster) : IDisposable
{
    private const string Type = "enterprise.organization";
    private static readonly WatchOptions All = new() { Types = [Type] };

    // A watch that is not told of what it waits for must end the test, not keep it.
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(90));

    private CancellationToken Cancellation => _limit.Token;

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task Ordered_EveryEventHasALaterPosition_AndTheOrderOfTheCommits()
    {
        await using var hub = await StartAsync();
        var daye = await hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization();
        for (var i = 1; i <= 20; i++)
        {
            organization.Name = $"第{i}版";
            await daye.PushAsync(TestHub.Daye, organization);
        }

        var copy = new Copy();
        await copy.FollowAsync(daye, All with { After = 0 }, await Feed.LastAsync(hub), Cancellation);

        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), copy.Events.Select(happened => happened.Put.Revision));
        Assert.Equal(copy.Events.Select(happened => happened.Position).Distinct().Order(), copy.Events.Select(happened => happened.Position));
        Assert.Equal(
            [WatchBefore.Absent, .. Enumerable.Repeat(WatchBefore.Present, 19)], copy.Events.Select(happened => happened.Before));
    }

    [Fact]
    public async Task Unique_NoEventComesTwice_WhereStateAndChangesMeet()
    {
        await using var hub = await StartAsync();
        var daye = await hub.NodeAsync(TestHub.Daye);
        await daye.PushAsync(TestHub.Daye, Enumerable.Range(0, 50).Select(_ => Make.Organization()));
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested && !Cancellation.IsCancellationRequested)
                {
                    await daye.PushAsync(TestHub.Daye, Make.Organization());
                }
            },
            Cancellation);

        var copies = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            var copy = new Copy();
            await copy.FollowAsync(daye, All with { Start = WatchStart.State }, await Feed.LastAsync(hub) + 30, Cancellation);
            return copy;
        }));
        await stop.CancelAsync();
        await writing;
        var last = await Feed.LastAsync(hub);
        var listed = Copy.ContentOf(await daye.ListAsync(Type).ToListAsync(Cancellation)).ToList();

        foreach (var copy in copies)
        {
            await copy.FollowAsync(daye, All, last, Cancellation);
            var told = copy.Events.Select(happened => (happened.Put.Key, happened.Put.Revision)).ToList();
            Assert.Equal(told.Distinct(), told);
            Assert.All(copy.Events, happened => Assert.Equal(WatchBefore.Absent, happened.Before));
            Assert.Equal(listed, copy.Content);
        }
    }

    [Fact]
    public async Task Atomic_LargeTransaction_ComesInFragments_AndOnlyTheLastHasAPosition()
    {
        await using var hub = await StartAsync("--Watch:MessageEvents=100", "--Feed:PageSize=150");
        var daye = await hub.NodeAsync(TestHub.Daye);
        var after = await Feed.LastAsync(hub);
        using var live = new RawWatch(hub, await hub.IdentityOfAsync(TestHub.Daye), new WatchRecordsRequest { Types_ = { Type } });
        Assert.Equal(after, (await live.NextAsync()).Position);
        await daye.PushAsync(TestHub.Daye, Enumerable.Range(0, 999).Select(_ => Make.Organization()));
        var last = await Feed.LastAsync(hub);
        using var late = new RawWatch(hub, await hub.IdentityOfAsync(TestHub.Daye), new WatchRecordsRequest { Types_ = { Type }, After = after });
        Assert.Equal(after, (await late.NextAsync()).Position);

        foreach (var watch in new[] { live, late })
        {
            var messages = new List<WatchRecordsResponse> { await watch.NextAsync() };
            while (messages[^1].Fragment)
            {
                messages.Add(await watch.NextAsync());
            }

            Assert.True(messages.Count >= 10);
            Assert.Equal(999, messages.Sum(message => message.Events.Count));
            Assert.All(messages.SkipLast(1), message => Assert.Equal(0, message.Position));
            Assert.Equal(last, messages[^1].Position);
        }

        var batch = await daye.WatchAsync(All with { After = after }, Cancellation).FirstAsync(batch => batch.Events.Count > 0, Cancellation);
        Assert.Equal((999, last), (batch.Events.Count, batch.Position));
    }

    [Fact]
    public async Task Resumable_FromEveryPosition_TheRestFollows()
    {
        await using var hub = await StartAsync("--Feed:PageSize=7");
        var daye = await hub.NodeAsync(TestHub.Daye);
        for (var i = 0; i < 12; i++)
        {
            await daye.PushAsync(TestHub.Daye, Enumerable.Range(0, 1 + (i % 4)).Select(_ => Make.Organization()));
        }

        var last = await Feed.LastAsync(hub);
        var whole = new Copy();
        var places = new List<(long Position, int Events)> { (0, 0) };
        await foreach (var batch in daye.WatchAsync(All with { After = 0 }, Cancellation))
        {
            whole.Apply(batch);
            places.Add((batch.Position!.Value, whole.Events.Count));
            if (whole.Position == last)
            {
                break;
            }
        }

        Assert.True(places.Distinct().Count() > 3);
        foreach (var (position, events) in places.Distinct())
        {
            var rest = new Copy();
            await rest.FollowAsync(daye, All with { After = position }, last, Cancellation);
            Assert.Equal(whole.Events.Skip(events), rest.Events);
        }
    }

    [Fact]
    public async Task Bookmarkable_WhereTheFilterHidesEverything_ThePositionGoesOn()
    {
        await using var hub = await StartAsync("--Watch:BookmarkPeriod=00:00:00.050");
        var daye = await hub.NodeAsync(TestHub.Daye);
        var hidden = All with { Filter = "name = \"没有\"" };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var batches = daye.WatchAsync(hidden, stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.True(await batches.MoveNextAsync());
        await daye.PushAsync(TestHub.Daye, Make.Organization());
        var last = await Feed.LastAsync(hub);

        while (await batches.MoveNextAsync() && batches.Current.Position < last)
        {
            Assert.Equal(WatchBatchKind.Bookmark, batches.Current.Kind);
        }

        Assert.Equal((WatchBatchKind.Bookmark, last), (batches.Current.Kind, batches.Current.Position));
        Assert.True(await batches.MoveNextAsync());
        Assert.Equal((WatchBatchKind.Bookmark, last), (batches.Current.Kind, batches.Current.Position));
    }

    [Fact]
    public async Task OutOfRange_SaysTheOldestPosition_AndTheStateHelps()
    {
        await using var hub = await StartAsync("--Feed:PartitionEntries=10", "--Feed:EntriesAhead=2000", "--Feed:MaxEntries=20");
        var daye = await hub.NodeAsync(TestHub.Daye);
        for (var i = 0; i < 60; i++)
        {
            await daye.PushAsync(TestHub.Daye, Make.Organization());
        }

        await RetainAsync(hub);
        var (last, oldest) = (await Feed.LastAsync(hub), await Feed.ScalarAsync(hub, "select min(position) - 1 from hub.change"));
        Assert.InRange(last - oldest, 20, 30);
        var raw = new WatchRecordsRequest { Types_ = { Type }, After = oldest - 1 };
        using var gone = new RawWatch(hub, await hub.IdentityOfAsync(TestHub.Daye), raw);

        var refused = await Assert.ThrowsAsync<RpcException>(gone.NextAsync);

        Assert.Equal(StatusCode.OutOfRange, refused.StatusCode);
        var (reason, metadata) = Reasons.Of(refused);
        Assert.Equal((ErrorReason.WatchPositionGone, $"{oldest}"), (reason, metadata["oldest"]));

        var rest = new Copy();
        await rest.FollowAsync(daye, All with { After = oldest, RestartsWithState = false }, last, Cancellation);
        Assert.Equal(last - oldest, rest.Events.Count);

        var state = new Copy();
        await state.FollowAsync(daye, All with { After = 0 }, last, Cancellation);
        Assert.Equal(60, state.Content.Count());
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(-1)]
    public async Task PositionNobodyGaveOut_IsRefused(long beyond)
    {
        await using var hub = await StartAsync();
        var daye = await hub.NodeAsync(TestHub.Daye);
        await daye.PushAsync(TestHub.Daye, Make.Organization(), Make.Organization());

        // Beyond the end, and within a transaction.
        var request = new WatchRecordsRequest { After = await Feed.LastAsync(hub) + beyond };
        using var watch = new RawWatch(hub, await hub.IdentityOfAsync(TestHub.Daye), request);
        var refused = await Assert.ThrowsAsync<RpcException>(watch.NextAsync);

        Assert.Equal((StatusCode.OutOfRange, ErrorReason.WatchPositionUnknown), (refused.StatusCode, Reasons.Of(refused).Reason));
    }

    [Fact]
    public async Task SlowWatcher_IsEnded_OthersAreNot_AndNothingIsLost()
    {
        await using var hub = await StartAsync("--Watch:QueueBytes=65536", "--Watch:MessageBytes=16384");
        var daye = await hub.NodeAsync(TestHub.Daye);
        var start = await Feed.LastAsync(hub);
        using var slow = new RawWatch(hub, await hub.IdentityOfAsync(TestHub.Daye), new WatchRecordsRequest { Types_ = { Type } });
        Assert.Equal(start, (await slow.NextAsync()).Position);
        for (var i = 0; i < 20; i++)
        {
            await daye.PushAsync(TestHub.Daye, Enumerable.Range(0, 200).Select(_ => Make.Organization()));
        }

        var last = await Feed.LastAsync(hub);
        var (told, position) = (0, start);
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
            {
                var message = await slow.NextAsync();
                told += message.Events.Count;
                position = message.Fragment ? position : message.Position;
            }
        });

        Assert.Equal((StatusCode.Aborted, ErrorReason.WatchTooSlow), (refused.StatusCode, Reasons.Of(refused).Reason));
        Assert.InRange(told, 0, 3999);
        var copy = new Copy();
        await copy.FollowAsync(daye, All with { After = start }, last, Cancellation);
        Assert.Equal(4000, copy.Events.Count);
        var rest = new Copy();
        await rest.FollowAsync(daye, All with { After = position }, last, Cancellation);
        Assert.Equal(copy.Events.Where(happened => happened.Position > position), rest.Events);
    }

    [Fact]
    public async Task Shutdown_EndsWatchesAsUnavailable_AndTheyGoOnAtTheNextHub()
    {
        var hub = await StartAsync();
        var daye = await hub.NodeAsync(TestHub.Daye);
        await daye.PushAsync(TestHub.Daye, Make.Organization());
        using var watch = new RawWatch(hub, await hub.IdentityOfAsync(TestHub.Daye), new WatchRecordsRequest());
        var position = (await watch.NextAsync()).Position;
        var next = watch.NextAsync();

        await hub.StopAsync();

        var refused = await Assert.ThrowsAsync<RpcException>(() => next);
        Assert.Equal((StatusCode.Unavailable, ErrorReason.HubStopping), (refused.StatusCode, Reasons.Of(refused).Reason));
        await using var again = await hub.RestartAsync();
        daye = await again.NodeAsync(TestHub.Daye);
        await daye.PushAsync(TestHub.Daye, Make.Organization());
        var copy = new Copy();
        await copy.FollowAsync(daye, All with { After = position }, await Feed.LastAsync(again), Cancellation);
        Assert.Single(copy.Events);
    }

    [Fact]
    public async Task Access_HidesFieldsAndRows_AsReadsDo()
    {
        await using var hub = await StartAsync();
        var daye = await hub.NodeAsync(TestHub.Daye);
        var other = await hub.NodeAsync("ND-420222");
        var organization = Make.Organization();
        organization.ContactMobile = "13800000000";
        await daye.PushAsync(TestHub.Daye, organization);
        var application = (HteApplication)RecordSamples.Full(CityEntityTypes.All.Of<HteApplication>());
        application.Uscc = organization.Uscc;
        Assert.Empty((await daye.PushAsync(TestHub.Daye, application)).Rejected);
        var last = await Feed.LastAsync(hub);

        foreach (var (client, ownFields, rows) in new[] { (daye, true, 1), (other, false, 0) })
        {
            var copy = new Copy();
            await copy.FollowAsync(client, new WatchOptions { Start = WatchStart.State }, last, Cancellation);
            var events = new Copy();
            await events.FollowAsync(client, new WatchOptions { After = 0 }, last, Cancellation);
            var listed = await client.ListAsync(Type).ToListAsync(Cancellation);
            Assert.Equal(ownFields ? [] : ["contact_mobile"], listed[0].CutFields.Where(field => field == "contact_mobile"));
            Assert.Equal(Copy.ContentOf(listed).Single(), copy.Content.Single(line => line.StartsWith(Type, StringComparison.Ordinal)));
            Assert.Equal(copy.Content, events.Content);
            Assert.Equal(rows, copy.Content.Count(line => line.StartsWith("enterprise.hte_application", StringComparison.Ordinal)));
        }

        var refused = await Assert.ThrowsAsync<HubException>(async () => await other.WatchAsync(
            All with { Filter = "contact_mobile = \"13800000000\"" }, Cancellation).FirstAsync(Cancellation));
        Assert.Contains(refused.Reason, (ErrorReason[])[ErrorReason.FieldNotReadable, ErrorReason.FilterInvalid]);
    }

    [Theory]
    [InlineData("nothing = 1", "", ErrorReason.FilterInvalid)]
    [InlineData("legal_rep.name = 1", "", ErrorReason.FilterInvalid)]
    [InlineData("", "999999", ErrorReason.RequestInvalid)]
    public async Task WrongSelection_IsRefusedAtOnce(string filter, string unit, ErrorReason reason)
    {
        await using var hub = await StartAsync();
        var daye = await hub.NodeAsync(TestHub.Daye);

        var refused = await Assert.ThrowsAsync<HubException>(async () => await daye.WatchAsync(
            All with { Filter = filter, ReportingUnit = unit }, Cancellation).FirstAsync(Cancellation));

        Assert.Equal(reason, refused.Reason);
    }

    [Fact]
    public async Task FieldOfAnotherRecord_IsNoFilterOfAWatch()
    {
        await using var hub = await StartAsync();
        var daye = await hub.NodeAsync(TestHub.Daye);
        Assert.Empty(await daye.ListAsync("enterprise.startup_record", new RecordQuery { Filter = "uscc.name = \"a\"" }).ToListAsync(Cancellation));

        var refused = await Assert.ThrowsAsync<HubException>(async () => await daye.WatchAsync(
            new WatchOptions { Types = ["enterprise.startup_record"], Filter = "uscc.name = \"a\"" }, Cancellation).FirstAsync(Cancellation));

        Assert.Equal((ErrorReason.FilterInvalid, "6"), (refused.Reason, refused.Metadata["position"]));
    }

    [Fact]
    public async Task Limits_AreKept_AndASlotIsFreedWithItsWatch()
    {
        await using var hub = await StartAsync("--Watch:MaxWatchersPerCaller=1");
        var identity = await hub.IdentityOfAsync(TestHub.Daye);
        using (var first = new RawWatch(hub, identity, new WatchRecordsRequest()))
        {
            await first.NextAsync();
            using var second = new RawWatch(hub, identity, new WatchRecordsRequest());
            var refused = await Assert.ThrowsAsync<RpcException>(second.NextAsync);
            Assert.Equal((StatusCode.ResourceExhausted, ErrorReason.WatchLimit), (refused.StatusCode, Reasons.Of(refused).Reason));
            using var other = new RawWatch(hub, await hub.IdentityOfAsync("ND-420222"), new WatchRecordsRequest());
            await other.NextAsync();
        }

        await foreach (var batch in (await hub.NodeAsync(TestHub.Daye)).WatchAsync(cancellationToken: Cancellation))
        {
            Assert.Equal(WatchBatchKind.Bookmark, batch.Kind);
            break;
        }
    }

    [Fact]
    public async Task Sdk_GoesOnByItself_AfterItsConnectionsAreCut()
    {
        await using var hub = await StartAsync();
        var daye = await hub.NodeAsync(TestHub.Daye);
        using var proxy = new FaultProxy(hub.Address);
        await using var client = new HubClient(hub.Files(await hub.IdentityOfAsync(TestHub.Daye)) with { Address = proxy.Address });
        var copy = new Copy();
        var pushed = 0;
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        await foreach (var batch in client.WatchAsync(All with { Start = WatchStart.State, MinPause = TimeSpan.FromMilliseconds(10) }, stop.Token))
        {
            copy.Apply(batch);
            if (copy.Events.Count == 10)
            {
                break;
            }

            if (copy.Position is not null && copy.Events.Count == pushed)
            {
                // Told of everything so far; what comes next finds no connection.
                proxy.Cut();
                await daye.PushAsync(TestHub.Daye, Make.Organization());
                pushed++;
            }
        }

        Assert.Equal(10, copy.Events.Select(happened => happened.Put.Key).Distinct().Count());
    }

    private async Task RetainAsync(TestHub hub)
    {
        var retention = (Changes.FeedRetention)hub.Services.GetService(typeof(Changes.FeedRetention))!;
        Assert.True(await retention.RunOnceAsync(Cancellation) > 0);
    }

    private Task<TestHub> StartAsync(params string[] settings) => TestHub.StartAsync(cluster.Cluster, settings);
}
