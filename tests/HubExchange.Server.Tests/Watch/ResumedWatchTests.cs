using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Client;
using HubExchange.Client.Watch;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Changes;
using HubExchange.Server.Storage;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;

namespace HubExchange.Server.Tests.Watch;

/// <summary>Watches go on from wherever they were told they are, also at another hub, and say so while nothing happens.</summary>
public sealed class ResumedWatchTests(SharedCluster cluster) : IDisposable
{
    private const string Type = "enterprise.organization";
    private static readonly WatchOptions All = new() { Types = [Type], MinPause = TimeSpan.FromMilliseconds(10) };

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(90));

    private CancellationToken Cancellation => _limit.Token;

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task Resumable_FromEveryBookmark_OfAFilteredWatch_TheRestFollows()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Feed:PageSize=5", "--Watch:BookmarkPeriod=00:00:00.010");
        var daye = await hub.NodeAsync(TestHub.Daye);
        var (live, read) = await PartlySeen.FollowAsync(hub, daye, Cancellation);
        var (whole, again) = (new Copy(), new Copy());
        live.ForEach(batch => whole.Apply(batch));
        read.ForEach(batch => again.Apply(batch));
        Assert.Equal(whole.Events, again.Events);
        Assert.NotEmpty(whole.Events);
        var bookmarks = live.Concat(read).Select(batch => batch.Position!.Value).Append(0).ToHashSet();
        Assert.True(bookmarks.Except(whole.Events.Select(happened => happened.Position)).Count() > 3, "Bookmarks where everything is hidden.");
        foreach (var bookmark in bookmarks)
        {
            var rest = new Copy();
            await rest.FollowAsync(daye, PartlySeen.Watch with { After = bookmark }, whole.Position!.Value, Cancellation);
            Assert.Equal(whole.Events.Where(happened => happened.Position > bookmark), rest.Events);
        }
    }

    [Fact]
    public async Task Failover_TheWatchGoesOnAtAnotherHub_WithoutLossOrDouble()
    {
        var one = await TestHub.StartAsync(cluster.Cluster);
        var identity = await one.IdentityOfAsync(TestHub.Daye);
        await using var two = await one.StartReplicaAsync();
        var writer = await two.NodeAsync(TestHub.Daye);
        using var address = new FaultProxy(one.Address);
        await using var watcher = new HubClient(one.Files(identity) with { Address = address.Address });
        var copy = new Copy();
        for (var i = 0; i < 5; i++)
        {
            await writer.PushAsync(TestHub.Daye, Make.Organization());
        }

        // Told of what both hubs have so far, the first one is gone without a word while the other goes on.
        await using var batches = watcher.WatchAsync(All with { After = 0, RestartsWithState = false }, Cancellation).GetAsyncEnumerator(Cancellation);
        await FollowAsync(5);
        address.Redirect(two.Address);
        address.Abandon();
        for (var i = 0; i < 5; i++)
        {
            await writer.PushAsync(TestHub.Daye, Make.Organization());
        }

        await FollowAsync(10);
        await one.DisposeAsync();
        await writer.PushAsync(TestHub.Daye, Make.Organization());
        await FollowAsync(11);

        Assert.Equal(Copy.ContentOf(await writer.ListAsync(Type).ToListAsync(Cancellation)), copy.Content);
        Assert.Equal(copy.Events.Select(happened => happened.Position).Distinct().Order(), copy.Events.Select(happened => happened.Position));

        async Task FollowAsync(int events)
        {
            while (copy.Events.Count < events)
            {
                Assert.True(await batches.MoveNextAsync());
                copy.Apply(batches.Current);
            }
        }
    }

    [Fact]
    public async Task Heartbeat_TellsThePositionAgain_WhileNothingHappens()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Watch:BookmarkPeriod=00:00:00.050");
        using var watch = new RawWatch(hub, await hub.IdentityOfAsync(TestHub.Daye), new WatchRecordsRequest { Types_ = { Type } });
        var position = await Feed.LastAsync(hub);

        for (var i = 0; i < 4; i++)
        {
            var message = await watch.NextAsync();
            Assert.Equal((0, position, false, false), (message.Events.Count, message.Position, message.Fragment, message.State));
        }
    }

    [Fact]
    public async Task ReadMask_CutsStateAndChanges()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        var daye = await hub.NodeAsync(TestHub.Daye);
        string[] fields = ["uscc", "name"];
        await daye.PushAsync(TestHub.Daye, Make.Organization());
        var state = new Copy();
        await state.FollowAsync(daye, All with { Start = WatchStart.State, Fields = fields }, await Feed.LastAsync(hub), Cancellation);
        await daye.PushAsync(TestHub.Daye, Make.Organization());
        await state.FollowAsync(daye, All with { Fields = fields }, await Feed.LastAsync(hub), Cancellation);

        var listed = await daye.ListAsync(Type).ToListAsync(Cancellation);
        Assert.Equal(2, listed.Count);
        Assert.NotEqual(Copy.ContentOf(listed), state.Content);
        foreach (var record in listed)
        {
            var whole = record.Payload.Unpack<Organization>();
            record.Payload.Value = new Organization { Uscc = whole.Uscc, Name = whole.Name }.ToByteString();
        }

        Assert.Equal(Copy.ContentOf(listed), state.Content);
        using var wrong = new RawWatch(hub, await hub.IdentityOfAsync(TestHub.Daye), new WatchRecordsRequest { Types_ = { Type }, ReadMask = new FieldMask { Paths = { "nothing" } } });
        var refused = await Assert.ThrowsAsync<Grpc.Core.RpcException>(wrong.NextAsync);
        Assert.Equal(Grpc.Core.StatusCode.InvalidArgument, refused.StatusCode);
    }

    [Fact]
    public async Task OldEntries_AreDropped_YoungOnesAreNot()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Feed:PartitionEntries=10", "--Feed:EntriesAhead=2000", "--Feed:RetentionDays=30");
        var daye = await hub.NodeAsync(TestHub.Daye);
        for (var i = 0; i < 45; i++)
        {
            await daye.PushAsync(TestHub.Daye, Make.Organization());
        }

        // What was there before the first entry goes at once.
        var retention = hub.Services.GetRequiredService<FeedRetention>();
        await retention.RunOnceAsync(Cancellation);
        Assert.Equal(0, await retention.RunOnceAsync(Cancellation));
        await using (var age = hub.Services.GetRequiredService<HubStorage>().DataSource.CreateCommand(
            "update hub.change set recorded_at = recorded_at - interval '31 days' where position <= 25"))
        {
            await age.ExecuteNonQueryAsync(Cancellation);
        }

        Assert.Equal(2, await retention.RunOnceAsync(Cancellation));
        Assert.Equal(21, await Feed.ScalarAsync(hub, "select min(position) from hub.change"));
        var rest = new Copy();
        await rest.FollowAsync(daye, All with { After = 20, RestartsWithState = false }, await Feed.LastAsync(hub), Cancellation);
        Assert.Equal(await Feed.LastAsync(hub) - 20, rest.Events.Count);
    }
}
