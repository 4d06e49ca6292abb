using System.Diagnostics;
using HubExchange.Client;
using HubExchange.Client.Watch;
using HubExchange.Enterprise.V1;
using HubExchange.Region.V1;
using HubExchange.Server.Storage;
using HubExchange.Server.Tests.Hosting;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Level = HubExchange.Region.V1.Level;

namespace HubExchange.Server.Tests.Watch;

/// <summary>The feed outlives its database's files, other hubs and partitions, and selections do not outlive their meaning.</summary>
public sealed class FeedKeepingTests(SharedCluster cluster) : IDisposable
{
    private const string Park = "420281-P002";

    private static readonly WatchOptions Organizations = new() { Types = ["enterprise.organization"] };

    // A watch that is not told of what it waits for must end the test, not keep it.
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    private CancellationToken Cancellation => _limit.Token;

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task Positions_GoOn_AfterDumpAndRestore()
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();
        var copied = await cluster.Cluster.CreateDatabaseAsync(isEmpty: true);
        await using var hub = await TestHub.StartAsync(database);
        var daye = await hub.NodeAsync(TestHub.Daye);
        await daye.PushAsync(TestHub.Daye, Make.Organization(), Make.Organization());
        var position = await Feed.LastAsync(hub);
        await daye.PushAsync(TestHub.Daye, Make.Organization());
        await CopyAsync(database, copied);
        await using var restored = await SecondAsync(hub, copied);
        var city = await restored.CityAsync();
        await city.PushAsync(TestHub.City, Make.Organization());
        var copy = new Copy();
        await copy.FollowAsync(
            await restored.PersonAsync("bureau"), Organizations with { After = position, RestartsWithState = false }, await Feed.LastAsync(restored), Cancellation);

        Assert.Equal([TestHub.Daye, TestHub.City], copy.Events.Select(happened => happened.Put.Source));
        Assert.True(copy.Events[0].Position > position);
    }

    [Fact]
    public async Task ChangesOfAnotherHub_ComeByItsBell_NotOnlyByThePoll()
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();
        await using var one = await TestHub.StartAsync(database, null, "--Feed:PollPeriod=00:10:00", "--Watch:BookmarkPeriod=01:00:00");
        await using var two = await SecondAsync(one, database);
        var watcher = await one.PersonAsync("bureau");
        await using var batches = watcher.WatchAsync(Organizations, Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await batches.MoveNextAsync());
        var writer = await two.CityAsync();

        // The wire may not be up yet when the first hub has just started, so more than one commit rings.
        var next = batches.MoveNextAsync().AsTask();
        await Eventually.HoldsAsync(
            async () =>
            {
                await writer.PushAsync(TestHub.City, Make.Organization());
                return next.IsCompleted;
            },
            "a commit rings");

        Assert.True(await next);
        Assert.Equal(WatchBatchKind.Changes, batches.Current.Kind);
    }

    [Fact]
    public async Task LostBell_CostsAPollPeriod_AndNothingElse()
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();
        await using var one = await TestHub.StartAsync(database, null, "--Feed:PollPeriod=00:00:00.050");
        await using var two = await SecondAsync(one, database);
        var watcher = await one.PersonAsync("bureau");
        await using var batches = watcher.WatchAsync(Organizations, Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await batches.MoveNextAsync());
        await Feed.ScalarAsync(two, "select count(pg_terminate_backend(pid)) from pg_stat_activity where query = 'listen hub_feed' and datname = current_database()");

        await (await two.CityAsync()).PushAsync(TestHub.City, Make.Organization());

        Assert.True(await batches.MoveNextAsync());
        Assert.Equal(WatchBatchKind.Changes, batches.Current.Kind);
    }

    [Fact]
    public async Task PlaceThatComesToMeanSomethingElse_BeginsAgainWithTheState()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        var city = await hub.CityAsync();
        await city.PushAsync(TestHub.City, NewZone("420281-Z001", ""), NewZone(Park, ""));
        var organization = Make.Organization();
        organization.ZoneIds.Add(Park);
        await city.PushAsync(TestHub.City, organization);
        var selection = Organizations with { Zone = "420281-Z001", Start = WatchStart.State, MinPause = TimeSpan.FromMilliseconds(10) };
        var copy = new Copy();
        await copy.FollowAsync(city, selection, 0, Cancellation);
        Assert.Empty(copy.Content);
        var position = copy.Position;

        // The park comes to lie inside the zone, and so does the organisation, which itself did not change.
        await using var live = city.WatchAsync(selection, Cancellation).GetAsyncEnumerator(Cancellation);
        while (await live.MoveNextAsync() && live.Current.Kind != WatchBatchKind.StateEnd)
        {
        }

        await city.PushAsync(TestHub.City, NewZone(Park, "420281-Z001"));
        var late = new Copy();
        await late.FollowAsync(city, selection with { After = position }, await Feed.LastAsync(hub), Cancellation);
        copy = new Copy();
        while (await live.MoveNextAsync())
        {
            copy.Apply(live.Current);
            if (live.Current.Kind == WatchBatchKind.StateEnd)
            {
                break;
            }
        }

        Assert.Single(copy.Content);
        Assert.Equal(copy.Content, late.Content);
        var refused = await Assert.ThrowsAsync<HubException>(
            () => new Copy().FollowAsync(city, selection with { After = position, RestartsWithState = false }, long.MaxValue, Cancellation));
        Assert.Equal(ErrorReason.WatchSelectionChanged, refused.Reason);
    }

    [Fact]
    public async Task Metrics_TellWatchersAndLag()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        var city = await hub.CityAsync();
        await city.PushAsync(TestHub.City, NewZone("420281-Z001", ""));
        var startups = new WatchOptions { Types = ["enterprise.startup_record"], Zone = "420281-Z001" };
        await using var batches = city.WatchAsync(startups, Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await batches.MoveNextAsync());

        var scrape = await Scrape.UntilAsync(hub, metrics => metrics["hub_watchers"] == 1, "a watcher");

        Assert.True(scrape.Has("hub_feed_horizon_lag_seconds"), scrape.Text);
        await Scrape.UntilAsync(hub, metrics => metrics["hub_feed_horizon_lag_seconds"] == 0, "no lag");

        // Records are committed, but where they stand cannot be read.
        await using (var held = await hub.Services.GetRequiredService<HubStorage>().DataSource.OpenConnectionAsync(Cancellation))
        {
            await using var transaction = await held.BeginTransactionAsync(Cancellation);
            await using var command = new NpgsqlCommand("lock table enterprise.organization in access exclusive mode", held, transaction);
            await command.ExecuteNonQueryAsync(Cancellation);
            var startup = new StartupRecord { Uscc = Make.Uscc(), RecognisedOn = "2024-01-01", DefinitionId = "D1", Source = "1" };
            Assert.Empty((await city.PushAsync(TestHub.City, startup)).Rejected);
            await Scrape.UntilAsync(hub, metrics => metrics["hub_feed_horizon_lag_seconds"] > 0.3, "a lag that grows");
            await transaction.CommitAsync(Cancellation);
        }

        await Scrape.UntilAsync(hub, metrics => metrics["hub_feed_horizon_lag_seconds"] == 0, "no lag any more");
    }

    // Another hub of the same city: the same authority and administrator.
    private static async Task<TestHub> SecondAsync(TestHub one, string database)
    {
        var two = await TestHub.StartAsync(database, null, $"--Storage:DataFolder={one.Folder}");
        Directory.CreateDirectory(Path.GetDirectoryName(two.CaFile)!);
        File.Copy(one.CaFile, two.CaFile);
        File.Copy(Path.Combine(one.Folder, "admin.token"), Path.Combine(two.Folder, "admin.token"));
        return two;
    }

    private static Zone NewZone(string id, string parent) => new()
    {
        ZoneId = id,
        Name = id,
        ZoneClass = id == Park ? ZoneClass.Sip : ZoneClass.Htz,
        Level = Level.City,
        ParentZoneId = parent,
        HostDivision = id[..6],
        HostDivisions = { new HostDivision { Division = id[..6], Primary = true } },
        LayoutRole = id == Park ? LayoutRole.Park : LayoutRole.Zone,
        State = ZoneState.Operating,
    };

    private async Task CopyAsync(string from, string to)
    {
        var file = Path.GetTempFileName();
        try
        {
            await RunAsync("pg_dump", from, "--format=custom", $"--file={file}");
            await RunAsync("pg_restore", to, "--exit-on-error", "--no-owner", $"--dbname={new NpgsqlConnectionStringBuilder(to).Database}", file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task RunAsync(string program, string database, params string[] arguments)
    {
        var connection = new NpgsqlConnectionStringBuilder(database);
        var start = new ProcessStartInfo(Path.Combine(PostgresBinaries.Find("", null), program), arguments)
        {
            RedirectStandardError = true,
            Environment =
            {
                ["PGHOST"] = connection.Host,
                ["PGPORT"] = connection.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["PGUSER"] = connection.Username,
                ["PGPASSWORD"] = connection.Password,
                ["PGDATABASE"] = connection.Database,
            },
        };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.True(process.ExitCode == 0, errors);
    }
}
