using System.Net;
using Google.Rpc;
using Grpc.Core;
using HubExchange.Client;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Tests.Identity;
using HubExchange.Testing;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Tests.Hosting;

/// <summary>Too little disk space: nothing is taken and nothing is lost, and it goes on by itself.</summary>
public sealed class DiskTests(SharedCluster cluster)
{
    private const string Type = "enterprise.organization";

    [Theory]
    [InlineData("--Signals:DiskMinFreeBytes=9000000000000000000")]
    [InlineData("--Signals:DiskMinFreeRatio=0.9", "--Signals:DiskMinFreeBytes=9000000000000000000")]
    public async Task BelowTheWatermark_PushesAreRefused_AndReadsGoOn(params string[] settings)
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, [$"--Signals:DiskFolder={Path.GetTempPath()}", .. settings]);
        using var anybody = new RawCaller(hub);
        var city = await hub.CityAsync();

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (await StatusAsync(anybody, "/healthz"), await StatusAsync(anybody, "/readyz")));
        var refused = await Assert.ThrowsAsync<HubException>(() => city.PushAsync(TestHub.City, Make.Organization()));
        Assert.Equal((StatusCode.Unavailable, ErrorReason.StoreFull, true), (refused.StatusCode, refused.Reason, refused.IsTransient));
        Assert.True(refused.RetryDelay > TimeSpan.Zero);
        await using var push = RawPush.Connect(hub, await hub.IdentityOfAsync(TestHub.City));
        var stream = await Assert.ThrowsAsync<RpcException>(push.ReceiveAsync);
        Assert.Equal(ErrorReason.StoreFull, Reasons.Of(stream).Reason);
        Assert.NotNull(stream.GetRpcStatus()!.GetDetail<RetryInfo>());

        Assert.Empty(await (await hub.PersonAsync("bureau")).ListAsync<Organization>("").ToListAsync());
        var scrape = await Scrape.OfAsync(hub);
        Assert.Equal(1, scrape["hub_disk_full"]);
        Assert.InRange(scrape["hub_disk_free_ratio"], 0.0001, 1);
    }

    [Theory]
    [InlineData("--Signals:DiskMinFreeBytes=0", "--Signals:DiskMinFreeRatio=0")]
    [InlineData("--Signals:DiskFolder=")]
    public async Task WithSpace_OrWithoutAFolderToWatch_PushesGoThrough(params string[] settings)
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, [$"--Signals:DiskFolder={Path.GetTempPath()}", .. settings]);
        using var anybody = new RawCaller(hub);

        Assert.Equal(1, (await (await hub.CityAsync()).PushAsync(TestHub.City, Make.Organization())).Counts.Stored);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(anybody, "/readyz"));
    }

    [Fact]
    public async Task DiskThatFillsUp_EndsStreams_AndWorksAgainByItself()
    {
        using var disk = await SmallDisk.MountAsync();
        await using var hub = await TestHub.StartAsync(
            cluster.Cluster,
            $"--Signals:DiskFolder={disk.Folder}",
            $"--Signals:DiskMinFreeBytes={32 * 1024 * 1024}",
            "--Signals:DiskMinFreeRatio=0",
            "--Signals:DiskPeriod=00:00:00.050");
        using var anybody = new RawCaller(hub);
        var identity = await hub.IdentityOfAsync(TestHub.Daye);
        var daye = await hub.NodeAsync(TestHub.Daye);
        var kept = Make.Organization();
        var (push, _) = await RawPush.OpenAsync(hub, identity, "filling");
        await using var __ = push;
        await push.SendAsync(1, Type, kept);
        Assert.Equal(1, (await push.ReceiveAsync()).Ack.ThroughSequence);

        disk.Fill(megabytes: 40);
        var ended = await Assert.ThrowsAsync<RpcException>(push.ReceiveAsync);

        Assert.Equal((StatusCode.Unavailable, ErrorReason.StoreFull), (ended.StatusCode, Reasons.Of(ended).Reason));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(anybody, "/readyz"));
        var refused = await Assert.ThrowsAsync<HubException>(() => daye.PushAsync(TestHub.Daye, Make.Organization()));
        Assert.Equal(ErrorReason.StoreFull, refused.Reason);
        Assert.Equal(kept.Name, (await daye.GetAsync<Organization>(kept.Uscc)).Value.Name);

        // A byte more than the watermark is not enough to begin again; all of it is.
        disk.Free();
        await Scrape.UntilAsync(hub, scrape => scrape["hub_disk_full"] == 0, "there is space again");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(anybody, "/readyz"));
        var (again, welcome) = await RawPush.OpenAsync(hub, identity, "filling");
        await using var ___ = again;
        Assert.Equal(2, welcome.NextSequence);
        await again.SendAsync(2, Type, Make.Organization());
        Assert.Equal(2, (await again.ReceiveAsync()).Ack.ThroughSequence);
    }

    [Fact]
    public async Task JustAboveTheWatermark_TheHubDoesNotWaver()
    {
        using var disk = await SmallDisk.MountAsync();
        await using var hub = await TestHub.StartAsync(
            cluster.Cluster,
            $"--Signals:DiskFolder={disk.Folder}",
            $"--Signals:DiskMinFreeBytes={32 * 1024 * 1024}",
            "--Signals:DiskMinFreeRatio=0",
            "--Signals:DiskResumeFactor=1.5",
            "--Signals:DiskPeriod=00:00:00.050");
        disk.Fill(megabytes: 40);
        await Scrape.UntilAsync(hub, scrape => scrape["hub_disk_full"] == 1, "the disk is full");

        disk.Fill(megabytes: 24);
        var between = await Scrape.UntilAsync(hub, scrape => scrape["hub_disk_free_ratio"] is > 0.6 and < 0.65, "40 of 64 MiB are free");
        Assert.Equal(1, between["hub_disk_full"]);

        disk.Fill(megabytes: 8);
        await Scrape.UntilAsync(hub, scrape => scrape["hub_disk_full"] == 0, "56 of 64 MiB are enough");
    }

    [Fact]
    public async Task DiskFullOfTheDatabaseItself_IsNeitherAcknowledgedNorQuarantined()
    {
        // PostgreSQL says 53100 when it cannot extend a file; the test lets a trigger say so.
        var connection = await cluster.Cluster.CreateDatabaseAsync();
        await using var hub = await TestHub.StartAsync(connection, null, "--Logging:LogLevel:Default=None");
        var identity = await hub.IdentityOfAsync(TestHub.Daye);
        var daye = await hub.NodeAsync(TestHub.Daye);
        await using var database = NpgsqlDataSource.Create(connection);
        await ExecuteAsync(database, """
            create function disk_full() returns trigger language plpgsql as
            $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$;
            create trigger disk_full before insert on enterprise.organization for each statement execute function disk_full();
            """);

        var refused = await Assert.ThrowsAsync<HubException>(() => daye.PushAsync(TestHub.Daye, Make.Organization()));
        Assert.Equal((StatusCode.Unavailable, ErrorReason.StoreFull), (refused.StatusCode, refused.Reason));
        var (push, _) = await RawPush.OpenAsync(hub, identity, "full");
        await using var __ = push;
        await push.SendAsync(1, Type, Make.Organization());
        Assert.Equal(ErrorReason.StoreFull, Reasons.Of(await Assert.ThrowsAsync<RpcException>(push.ReceiveAsync)).Reason);
        Assert.Equal(2, (await Scrape.OfAsync(hub))["hub_ingest_batch_failures_total"]);

        await ExecuteAsync(database, "drop trigger disk_full on enterprise.organization");
        var (again, welcome) = await RawPush.OpenAsync(hub, identity, "full");
        await using var ___ = again;
        Assert.Equal(1, welcome.NextSequence);
        await again.SendAsync(1, Type, Make.Organization());
        var ack = (await again.ReceiveAsync()).Ack;
        Assert.Equal((1, 1, 0), (ack.ThroughSequence, ack.Counts.Stored, ack.Counts.Quarantined));
    }

    private static async Task<HttpStatusCode> StatusAsync(RawCaller caller, string path)
    {
        using var response = await caller.Http.GetAsync(path);
        return response.StatusCode;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
