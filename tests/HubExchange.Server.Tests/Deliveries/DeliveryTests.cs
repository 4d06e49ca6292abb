using HubExchange.Client;
using HubExchange.Client.Watch;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Tests.Watch;
using HubExchange.Testing;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Tests.Deliveries;

/// <summary>Whoever was given a version stands in the ledger, nobody else does, and nothing is given that could not be written down.</summary>
public sealed class DeliveryTests(SharedCluster cluster) : IDisposable
{
    private const string Organizations = "enterprise.organization";
    private const string Talents = "talent.talent";
    private const string Yangxin = "ND-420222";
    private const string Xisai = "ND-420203";

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(90));

    public void Dispose() => _limit.Dispose();

    // The correction of a finding on its eighth working day is such a one: domain fixture 9.
    [Fact]
    public async Task LateCorrection_NamesExactlyTheNodesThatHoldTheOldVersion_AndReachesThem()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        var daye = await hub.NodeAsync(TestHub.Daye);
        var (holder, stranger) = (await hub.NodeAsync(Yangxin), await hub.NodeAsync(Xisai));
        var watch = new WatchOptions { Types = [Organizations], Start = WatchStart.State };
        var organization = Make.Organization();
        await daye.PushAsync(TestHub.Daye, organization);
        var copy = new Copy();
        await copy.FollowAsync(holder, watch, await Feed.LastAsync(hub), _limit.Token);

        organization.Name = "更正后的名称";
        await daye.PushAsync(TestHub.Daye, organization);
        await stranger.GetAsync(Organizations, organization.Uscc);

        var old = Assert.Single(await daye.ListHoldersAsync(Organizations, organization.Uscc, revision: 1).ToListAsync(_limit.Token));
        Assert.Equal((Yangxin, "node", Yangxin, TestHub.Daye), (old.Receiver, old.Role, old.Node, old.Source));
        Assert.Equal((true, null, [DeliveryWay.Watch]), (old.Outdated, old.LaterDeliveredAt, old.Ways));
        var current = Assert.Single(await daye.ListHoldersAsync(Organizations, organization.Uscc, revision: 2).ToListAsync(_limit.Token));
        Assert.Equal((Xisai, false, [DeliveryWay.Read]), (current.Receiver, current.Outdated, current.Ways));

        await copy.FollowAsync(holder, watch, await Feed.LastAsync(hub), _limit.Token);

        old = Assert.Single(await daye.ListHoldersAsync(Organizations, organization.Uscc, revision: 1).ToListAsync(_limit.Token));
        Assert.True(old.LaterDeliveredAt >= old.FirstDeliveredAt);
        Assert.Equal([Xisai, Yangxin], (await daye.ListHoldersAsync(Organizations, organization.Uscc, revision: 2).ToListAsync(_limit.Token)).Select(of => of.Receiver));

        await daye.DeleteAsync<Organization>(TestHub.Daye, organization.Uscc);
        await copy.FollowAsync(holder, watch, await Feed.LastAsync(hub), _limit.Token);
        Assert.Equal(Yangxin, Assert.Single(await daye.ListHoldersAsync(Organizations, organization.Uscc, revision: 3).ToListAsync(_limit.Token)).Receiver);
    }

    [Fact]
    public async Task EveryWayOut_IsRecorded_WhereTheDataIsNotForEverybody()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        var daye = await hub.NodeAsync(TestHub.Daye);
        var bureau = await hub.PersonAsync("bureau");
        var talent = (HubExchange.Talent.V1.Talent)RecordSamples.Full(CityEntityTypes.All.Of<HubExchange.Talent.V1.Talent>());
        var organization = Make.Organization();
        await daye.PushAsync(TestHub.Daye, talent);
        await daye.PushAsync(TestHub.Daye, organization);
        var key = Assert.Single(await daye.ListAsync(Talents).ToListAsync(_limit.Token)).Key;
        Assert.Empty(await bureau.ListHoldersAsync(Talents, key).ToListAsync(_limit.Token));

        await bureau.GetAsync(Talents, key);
        await bureau.ListAsync(Talents).ToListAsync(_limit.Token);
        await bureau.ListHistoryAsync(Talents, key, cancellationToken: _limit.Token).ToListAsync(_limit.Token);
        using var file = new MemoryStream();
        await bureau.ExportAsync(new ExportRecordsRequest { Type = Talents }, file, cancellationToken: _limit.Token);
        await new Copy().FollowAsync(bureau, new WatchOptions { Types = [Talents], Start = WatchStart.State }, await Feed.LastAsync(hub), _limit.Token);
        await bureau.ListAsync(Organizations).ToListAsync(_limit.Token);

        var held = Assert.Single(await bureau.ListHoldersAsync(Talents, key).ToListAsync(_limit.Token));
        Assert.Equal(("test-bureau", "bureau", "", TestHub.Daye, 1L, 5L), (held.Receiver, held.Role, held.Node, held.Source, held.Revision, held.Deliveries));
        Assert.Equal([DeliveryWay.Export, DeliveryWay.Read, DeliveryWay.Watch], held.Ways.Order().Order(Comparer<DeliveryWay>.Create((a, b) => string.CompareOrdinal($"{a}", $"{b}"))));
        Assert.Empty(await bureau.ListHoldersAsync(Organizations, organization.Uscc).ToListAsync(_limit.Token));
    }

    [Fact]
    public async Task AProfile_IsRecorded_WithTheVersionsAmongItsChanges()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        var daye = await hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization();
        await daye.PushAsync(TestHub.Daye, organization);
        organization.Name = "更名";
        await daye.PushAsync(TestHub.Daye, organization);

        await (await hub.NodeAsync(Xisai)).GetProfileAsync(organization.Uscc);

        var held = await daye.ListHoldersAsync(Organizations, organization.Uscc).ToListAsync(_limit.Token);
        Assert.Equal([(2L, 1L), (1L, 1L)], held.Select(of => (of.Revision, of.Deliveries)));
    }

    [Fact]
    public async Task NodesSeeHoldersOfTheirOwnRecordsOnly_PageByPage()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        var daye = await hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization();
        await daye.PushAsync(TestHub.Daye, organization);
        string[] readers = [Xisai, Yangxin, "ND-420205"];
        foreach (var reader in readers)
        {
            await (await hub.NodeAsync(reader)).GetAsync(Organizations, organization.Uscc);
        }

        var paged = await daye.ListHoldersAsync(Organizations, organization.Uscc, pageSize: 1).ToListAsync(_limit.Token);
        Assert.Equal(readers.Order(StringComparer.Ordinal), paged.Select(of => of.Receiver));
        Assert.Empty(await (await hub.NodeAsync(Xisai)).ListHoldersAsync(Organizations, organization.Uscc).ToListAsync(_limit.Token));
        Assert.Equal(3, await (await hub.PersonAsync("bureau")).ListHoldersAsync(Organizations, organization.Uscc, source: TestHub.Daye).CountAsync(_limit.Token));
    }

    [Fact]
    public async Task WhatCannotBeWrittenDown_IsNotGiven_AndAWatchGoesOnWhereItWas()
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();
        await using var hub = await TestHub.StartAsync(database);
        var daye = await hub.NodeAsync(TestHub.Daye);
        var reader = await hub.NodeAsync(Yangxin);
        var first = Make.Organization();
        await daye.PushAsync(TestHub.Daye, first);
        var watch = new WatchOptions { Types = [Organizations], Start = WatchStart.State, MinPause = TimeSpan.FromMilliseconds(10) };
        var copy = new Copy();
        await copy.FollowAsync(reader, watch, await Feed.LastAsync(hub), _limit.Token);

        await ExecuteAsync(database, "alter table hub.delivery rename to delivery_away");
        var second = Make.Organization();
        await daye.PushAsync(TestHub.Daye, second);
        var refused = await Assert.ThrowsAsync<HubException>(() => reader.GetAsync(Organizations, first.Uscc));
        Assert.Equal(ErrorReason.StoreUnavailable, refused.Reason);
        var following = copy.FollowAsync(reader, watch, await Feed.LastAsync(hub), _limit.Token);
        Assert.DoesNotContain(copy.Content, text => text.Contains(second.Uscc, StringComparison.Ordinal));
        await ExecuteAsync(database, "alter table hub.delivery_away rename to delivery");
        await following;

        Assert.Contains(copy.Content, text => text.Contains(second.Uscc, StringComparison.Ordinal));
        Assert.Single(await daye.ListHoldersAsync(Organizations, second.Uscc).ToListAsync(_limit.Token));
    }

    [Fact]
    public async Task OldMonths_AreDropped_AndThoseAheadAreMade()
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();
        await using (await TestHub.StartAsync(database))
        {
        }

        await ExecuteAsync(
            database,
            """
            create table hub.delivery_201901 partition of hub.delivery for values from ('2019-01-01Z') to ('2019-02-01Z');
            create table hub.delivery_202401 partition of hub.delivery for values from ('2024-01-01Z') to ('2024-02-01Z');
            """);
        await using (await TestHub.StartAsync(database, settings: "--Deliveries:RetentionDays=2000"))
        {
        }

        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(
            "select array(select c.relname::text from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'hub.delivery'::regclass)");
        var parts = (string[])(await command.ExecuteScalarAsync())!;
        Assert.DoesNotContain("delivery_201901", parts);
        Assert.Contains("delivery_202401", parts);
        Assert.Equal(4, parts.Length);
    }

    [Fact]
    public async Task LessThanThreeYears_IsNoRetention()
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => TestHub.StartAsync(database, settings: "--Deliveries:RetentionDays=1095"));

        Assert.Contains("RetentionDays", refused.ToString(), StringComparison.Ordinal);
        await using var hub = await TestHub.StartAsync(database, settings: "--Deliveries:RetentionDays=1096");
    }

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
