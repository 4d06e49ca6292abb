using HubExchange.Client;
using HubExchange.Client.Watch;
using HubExchange.Server.Changes;
using HubExchange.Server.Storage;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;

namespace HubExchange.Server.Tests.Watch;

/// <summary>A resume token goes on where it was given out, and nowhere else: not in a feed that holds something else there.</summary>
public sealed class ResumeTokenTests(SharedCluster cluster) : IDisposable
{
    private const string Type = "enterprise.organization";
    private static readonly WatchOptions All = new() { Types = [Type], RestartsWithState = false, MinPause = TimeSpan.FromMilliseconds(10) };

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(90));

    private CancellationToken Cancellation => _limit.Token;

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task EveryPosition_HasOneToken_WhetherTheChangeIsNewOrRead()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Feed:PageSize=5", "--Watch:BookmarkPeriod=00:00:00.010");
        var daye = await hub.NodeAsync(TestHub.Daye);
        var (live, read) = await PartlySeen.FollowAsync(hub, daye, Cancellation);
        var tokens = new Dictionary<long, string>();
        foreach (var (position, token) in live.Concat(read).Select(batch => (batch.Position!.Value, batch.ResumeToken!)))
        {
            Assert.Equal(tokens.GetValueOrDefault(position, token), token);
            tokens[position] = token;
        }

        Assert.Equal(tokens.Count, tokens.Values.Distinct().Count());
        var identity = await hub.IdentityOfAsync(TestHub.Daye);
        foreach (var (position, token) in tokens)
        {
            using var again = new RawWatch(hub, identity, new WatchRecordsRequest { Types_ = { Type }, ResumeToken = token });
            var first = await again.NextAsync();
            Assert.Equal((position, token), (first.Position, first.ResumeToken));
        }
    }

    [Fact]
    public async Task OtherEntryAtThePosition_IsTold_ToWhoeverComesBack_AndToWhoeverIsThere()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Feed:PollPeriod=00:00:00.050");
        var daye = await hub.NodeAsync(TestHub.Daye);
        await daye.PushAsync(TestHub.Daye, Make.Organization());
        var copy = new Copy();
        await copy.FollowAsync(daye, All with { After = 0 }, await Feed.LastAsync(hub), Cancellation);
        await using var live = daye.WatchAsync(All, Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await live.MoveNextAsync());

        // As after the restore of a backup and as many commits as were lost.
        await Feed.ScalarAsync(
            hub, "update hub.change set recorded_at = recorded_at + interval '1 hour' where position = (select position from hub.feed) returning position");

        var ended = await Assert.ThrowsAsync<HubException>(async () => await live.MoveNextAsync());
        Assert.Equal(ErrorReason.WatchPositionUnknown, ended.Reason);
        var refused = await Assert.ThrowsAsync<HubException>(() => copy.FollowAsync(daye, All, long.MaxValue, Cancellation));
        Assert.Equal(ErrorReason.WatchPositionUnknown, refused.Reason);

        // With the state everything is in order again.
        await copy.FollowAsync(daye, All with { RestartsWithState = true }, 0, Cancellation);
        Assert.Single(copy.Content);
    }

    [Fact]
    public async Task TokenOfAnEntryThatIsKeptNoMore_IsGone()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Feed:PartitionEntries=10", "--Feed:EntriesAhead=2000", "--Feed:RetentionDays=30");
        var daye = await hub.NodeAsync(TestHub.Daye);
        for (var i = 0; i < 45; i++)
        {
            await daye.PushAsync(TestHub.Daye, Make.Organization());
        }

        string token;
        using (var watch = new RawWatch(hub, await hub.IdentityOfAsync(TestHub.Daye), new WatchRecordsRequest { Types_ = { Type }, After = 20 }))
        {
            token = (await watch.NextAsync()).ResumeToken;
        }

        var retention = hub.Services.GetRequiredService<FeedRetention>();
        await retention.RunOnceAsync(Cancellation);
        await using (var age = hub.Services.GetRequiredService<HubStorage>().DataSource.CreateCommand(
            "update hub.change set recorded_at = recorded_at - interval '31 days' where position <= 25"))
        {
            await age.ExecuteNonQueryAsync(Cancellation);
        }

        await retention.RunOnceAsync(Cancellation);
        Assert.Equal(21, await Feed.ScalarAsync(hub, "select min(position) from hub.change"));

        var gone = await Assert.ThrowsAsync<HubException>(() => new Copy().FollowAsync(daye, All with { ResumeToken = token }, long.MaxValue, Cancellation));
        Assert.Equal(ErrorReason.WatchPositionGone, gone.Reason);

        // Without the mark there is nothing to be wrong about.
        await new Copy().FollowAsync(daye, All with { ResumeToken = "20." }, await Feed.LastAsync(hub), Cancellation);
    }

    [Theory]
    [InlineData("7")]
    [InlineData(".mark")]
    [InlineData("-7.mark")]
    [InlineData("x.mark")]
    [InlineData("99999999999999999999.mark")]
    public async Task WhatIsNoToken_IsRefused(string token)
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        foreach (var request in new[]
        {
            new WatchRecordsRequest { ResumeToken = token },
            new WatchRecordsRequest { ResumeToken = "0.", After = 0 },
            new WatchRecordsRequest { ResumeToken = "0.", Start = WatchStart.State },
        })
        {
            using var watch = new RawWatch(hub, await hub.IdentityOfAsync(TestHub.Daye), request);
            Assert.Equal(Grpc.Core.StatusCode.InvalidArgument, (await Assert.ThrowsAsync<Grpc.Core.RpcException>(watch.NextAsync)).StatusCode);
        }
    }
}
