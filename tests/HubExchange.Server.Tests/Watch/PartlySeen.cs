using HubExchange.Client;
using HubExchange.Client.Watch;
using HubExchange.Testing;

namespace HubExchange.Server.Tests.Watch;

/// <summary>Transactions of which a filtered watch sees all, a part or nothing.</summary>
internal static class PartlySeen
{
    /// <summary>The watch, from the beginning of the feed.</summary>
    public static readonly WatchOptions Watch = new()
    {
        Types = ["enterprise.organization"],
        Filter = "contains(name, \"可见\")",
        After = 0,
        RestartsWithState = false,
        MinPause = TimeSpan.FromMilliseconds(10),
    };

    /// <summary>Pushes them, each once the watch told of the one before; returns what it told, and what another one told that came when all was there.</summary>
    public static async Task<(List<WatchBatch> Live, List<WatchBatch> Read)> FollowAsync(TestHub hub, HubClient client, CancellationToken cancellationToken)
    {
        var (live, read) = (new List<WatchBatch>(), new List<WatchBatch>());
        await using var watch = client.WatchAsync(Watch, cancellationToken).GetAsyncEnumerator(cancellationToken);
        for (var i = 0; i < 30; i++)
        {
            await client.PushAsync(TestHub.Daye, Enumerable.Range(0, 1 + (i % 4)).Select(j => Make.Organization(name: (i + j) % 3 == 0 ? "可见" : "隐去")));
            await GatherAsync(hub, watch, live);
        }

        await using var late = client.WatchAsync(Watch, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await GatherAsync(hub, late, read);
        return (live, read);
    }

    /// <summary>Whatever a watch tells, up to the last entry of the feed.</summary>
    private static async Task GatherAsync(TestHub hub, IAsyncEnumerator<WatchBatch> watch, List<WatchBatch> told)
    {
        var last = await Feed.LastAsync(hub);
        do
        {
            Assert.True(await watch.MoveNextAsync());
            told.Add(watch.Current);
        }
        while (watch.Current.Position < last);
    }
}
