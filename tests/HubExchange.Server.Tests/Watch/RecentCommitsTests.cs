using Google.Protobuf;
using HubExchange.Client.Watch;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Watch;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;
using WatchOptions = HubExchange.Client.Watch.WatchOptions;

namespace HubExchange.Server.Tests.Watch;

/// <summary>What a watch is handed from the hub's memory is what the tables have: it is the same to read it again later.</summary>
public sealed class RecentCommitsTests(SharedCluster cluster) : IDisposable
{
    private const string Type = "enterprise.organization";

    private static readonly string[] Filters =
    [
        "",
        "contains(name, \"3\")",
        "staff_total >= 5 AND staff_total < 60",
        "NOT staff_total:*",
        "zone_ids:\"420281-Z001\"",
        "established_on >= \"2016-01-01\"",
        "hub_effective_from >= \"2025-01-01\"",
        "hub_recorded_at > \"2026-01-01T00:00:00Z\"",
        "hub_source = \"ND-420281\" AND key:\"91\"",
        "disputed:*",
        "business_state = \"ACTIVE\"",
    ];

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(90));

    public void Dispose() => _limit.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task HandedOutLive_IsWhatIsReadLater(int seed)
    {
        var random = new Random(seed);
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Feed:DoorbellDelay=00:00:00");
        var watcher = await hub.PersonAsync("bureau");
        var target = new TaskCompletionSource<long>();
        var live = Filters.Select(filter => GatherAsync(watcher, filter, target.Task)).ToList();
        await ChangeAsync(hub, random);
        target.SetResult(await Feed.LastAsync(hub));
        var handedOut = await Task.WhenAll(live);
        Assert.True(hub.Services.GetRequiredService<WatchFeed>().Taken > 0, "Nothing was handed out from memory.");

        for (var i = 0; i < Filters.Length; i++)
        {
            var later = await GatherAsync(watcher, Filters[i], target.Task);
            Assert.True(handedOut[i].Events.SequenceEqual(later.Events), $"seed {seed}: {Filters[i]}");
        }

        Assert.True(handedOut.Count(copy => copy.Events.Count > 0) > Filters.Length / 2, "Filters that match nothing prove little.");
    }

    private async Task<Copy> GatherAsync(Client.HubClient client, string filter, Task<long> target)
    {
        var copy = new Copy();
        await foreach (var batch in client.WatchAsync(new WatchOptions { Types = [Type], Filter = filter, After = 0 }, _limit.Token))
        {
            copy.Apply(batch);
            if (target.IsCompletedSuccessfully && copy.Position >= await target)
            {
                break;
            }
        }

        return copy;
    }

    private static async Task ChangeAsync(TestHub hub, Random random)
    {
        var client = await hub.NodeAsync(TestHub.Daye);
        var usccs = Enumerable.Range(0, 12).Select(_ => Make.Uscc()).ToList();
        for (var i = 0; i < 40; i++)
        {
            var chosen = usccs.Where(_ => random.Next(3) == 0).Append(usccs[random.Next(usccs.Count)]).Distinct().ToList();
            var changes = random.Next(6) == 0
                ? chosen.Select(uscc => new Change { Delete = uscc })
                : chosen.Select(uscc => new Change
                {
                    Record = Organization(random, uscc).ToByteString(),
                    EffectiveFrom = random.Next(3) == 0 ? $"202{random.Next(4, 7)}-03-01" : "",
                });
            Assert.Empty((await client.PushRecordsAsync(TestHub.Daye, CityEntityTypes.All.Of<Organization>(), changes)).Rejected);
        }
    }

    private static Organization Organization(Random random, string uscc)
    {
        var organization = Make.Organization(uscc, $"样例{random.Next(8)}");
        organization.EstablishedOn = $"201{random.Next(10)}-06-01";
        if (random.Next(3) > 0)
        {
            organization.StaffTotal = random.Next(100);
        }

        if (random.Next(2) == 0)
        {
            organization.ZoneIds.Add(random.Next(2) == 0 ? "420281-Z001" : "420281-P002");
        }

        return organization;
    }
}
