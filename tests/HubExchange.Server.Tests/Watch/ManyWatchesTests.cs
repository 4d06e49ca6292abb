using System.Globalization;
using HubExchange.Client.Watch;
using HubExchange.Testing;

namespace HubExchange.Server.Tests.Watch;

/// <summary>Watches whose filters differ in literals only are answered together, and each hears of its own records alone.</summary>
public sealed class ManyWatchesTests(SharedCluster cluster) : IDisposable
{
    private const string Type = "enterprise.organization";
    private const int Each = 12;

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(90));

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task WatchesOfOneShape_EachFollowItsOwnList()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Watch:BookmarkPeriod=00:00:00.200");
        var daye = await hub.NodeAsync(TestHub.Daye);
        var bureau = await hub.PersonAsync("bureau");
        var watches = Enumerable.Range(0, Each).SelectMany(Filters).Select(filter => (Options: new WatchOptions { Types = [Type], Filter = filter }, Copy: new Copy())).ToList();

        // All are open before anything happens, so that the feed is handed out to all of them at once.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token);
        var opened = watches.ConvertAll(watch => (watch.Copy, Batches: bureau.WatchAsync(watch.Options, stop.Token).GetAsyncEnumerator(stop.Token)));
        foreach (var (copy, batches) in opened)
        {
            Assert.True(await batches.MoveNextAsync());
            copy.Apply(batches.Current);
        }

        var organizations = Enumerable.Range(0, 3 * Each).Select(_ => Make.Organization()).ToList();
        for (var version = 0; version < 3; version++)
        {
            for (var i = 0; i < organizations.Count; i++)
            {
                var number = (i + version) % (2 * Each);
                organizations[i].Name = string.Create(CultureInfo.InvariantCulture, $"第{number}厂");
                organizations[i].EstablishedOn = new DateOnly(2001, 1, 1).AddDays(number).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                organizations[i].StaffTotal = number;
            }

            await daye.PushAsync(TestHub.Daye, organizations);
        }

        await daye.DeleteAsync<HubExchange.Enterprise.V1.Organization>(TestHub.Daye, organizations[5].Uscc);
        var last = await Feed.LastAsync(hub);
        var heard = 0;
        foreach (var ((options, copy), (_, batches)) in watches.Zip(opened))
        {
            var wanted = Copy.ContentOf(await bureau.ListAsync(Type, options.Filter).ToListAsync(stop.Token)).ToList();
            while (copy.Position < last && await batches.MoveNextAsync())
            {
                copy.Apply(batches.Current);
            }

            Assert.Equal(wanted, copy.Content);
            heard += wanted.Count;
        }

        Assert.InRange(heard, Each, int.MaxValue);
        await stop.CancelAsync();
    }

    // Text, prefix, part, numbers, alternatives, day, list, absence: one shape each, whatever the number.
    private static IEnumerable<string> Filters(int number) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"name = \"第{number}厂\""),
        string.Create(CultureInfo.InvariantCulture, $"name = \"第{number}*\""),
        string.Create(CultureInfo.InvariantCulture, $"contains(name, \"{number}厂\")"),
        string.Create(CultureInfo.InvariantCulture, $"staff_total >= {number} AND staff_total < {number + 2}"),
        string.Create(CultureInfo.InvariantCulture, $"staff_total > {number + 20} OR name = \"第{number + 1}厂\""),
        $"established_on = \"{new DateOnly(2001, 1, 1).AddDays(number).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}\"",
        string.Create(CultureInfo.InvariantCulture, $"industry_code IN (\"7320\", \"32{number % 3}1\") AND staff_total = {number}"),
        string.Create(CultureInfo.InvariantCulture, $"NOT staff_total:* OR staff_total = {number}"),
    ];
}
