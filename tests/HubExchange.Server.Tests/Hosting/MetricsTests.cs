using System.Net;
using Grpc.Core;
using HubExchange.Client;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Tests.Identity;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Hosting;

/// <summary><c>/metrics</c>: who may read it, and that what it says is true.</summary>
public sealed class MetricsTests(SharedCluster cluster)
{
    private const string Type = "enterprise.organization";

    [Fact]
    public async Task Metrics_AreOpenToTheirTokenOnly()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        var county = await hub.PersonAsync("county", await NodeOfAsync(hub));
        Assert.Equal("county", (await county.GetCallerAsync()).Role);

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(new RawCaller(hub)));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(RawCaller.WithToken(hub, "")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(RawCaller.WithToken(hub, "hx_wrong")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(RawCaller.WithToken(hub, await AdminTokenAsync(hub))));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(RawCaller.WithIdentity(hub, await hub.IdentityOfAsync(TestHub.Daye))));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(RawCaller.WithToken(hub, Scrape.TokenOf(hub))));
    }

    [Fact]
    public async Task TokenOfMetrics_OpensNothingElse_AndIsForTheAccountOfTheHub()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        using var caller = RawCaller.WithToken(hub, Scrape.TokenOf(hub));

        var refused = await caller.CallAsync(V1.IdentityService.Descriptor.FindMethodByName("GetCaller"));

        Assert.Equal("TOKEN_INVALID", RawCaller.InfoOf(refused).Reason);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(hub.Folder, "metrics.token")));
        }
    }

    [Fact]
    public async Task Pushes_AreCountedBySourceTypeAndResult()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Signals:SamplePeriod=00:00:00.100");
        var daye = await hub.NodeAsync(TestHub.Daye);
        var kept = Make.Organization();
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        await daye.PushAsync(TestHub.Daye, kept, Make.Organization(), Make.Organization());
        await daye.PushAsync(TestHub.Daye, kept);
        await daye.DeleteAsync<Organization>(TestHub.Daye, kept.Uscc);
        await daye.PushAsync(TestHub.Daye, new Organization { Uscc = kept.Uscc });

        var scrape = await Scrape.UntilAsync(
            hub, scrape => scrape[$"hub_quarantine_open{{source=\"ND-420281\",type=\"{Type}\"}}"] == 1, "one open change in quarantine");
        Assert.Equal(3, scrape[Records("stored")]);
        Assert.Equal(1, scrape[Records("unchanged")]);
        Assert.Equal(1, scrape[Records("quarantined")]);
        Assert.Equal(1, scrape[Records("deleted")]);

        // Four frames of 大冶市, and the one that registered it.
        Assert.Equal(5, scrape["hub_ingest_batch_seconds_count"]);
        Assert.Equal(7, scrape["hub_ingest_batch_records_sum"]);
        Assert.InRange(scrape["hub_source_last_ok_timestamp{source=\"ND-420281\"}"], before, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1);
        Assert.InRange(scrape["hub_source_lag_seconds{source=\"ND-420281\"}"], 0, 60);

        // A good record mends the bad one.
        await daye.PushAsync(TestHub.Daye, Make.Organization(kept.Uscc));
        await Scrape.UntilAsync(
            hub, again => again.Has($"hub_quarantine_open{{source=\"ND-420281\",type=\"{Type}\"}}")
                && again[$"hub_quarantine_open{{source=\"ND-420281\",type=\"{Type}\"}}"] == 0, "nothing open in quarantine");
    }

    [Fact]
    public async Task Streams_AreCounted_AndForksReported()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        var identity = await hub.IdentityOfAsync(TestHub.Daye);
        var (one, _) = await RawPush.OpenAsync(hub, identity, "one");
        var (two, _) = await RawPush.OpenAsync(hub, identity, "two");
        await using var ___ = two;
        await one.SendAsync(1, Type, Make.Organization());
        await one.ReceiveAsync();
        Assert.Equal(2, (await Scrape.OfAsync(hub))["hub_streams{source=\"ND-420281\"}"]);

        await one.SendAsync(1, Type, Make.Organization());
        await Assert.ThrowsAsync<RpcException>(one.ReceiveAsync);

        var scrape = await Scrape.UntilAsync(hub, scrape => scrape["hub_streams{source=\"ND-420281\"}"] == 1, "one stream");
        Assert.Equal(1, scrape["hub_sequence_forks_total{source=\"ND-420281\"}"]);
        await one.DisposeAsync();
    }

    [Fact]
    public async Task LastCommit_IsKnownAfterARestart()
    {
        var first = await TestHub.StartAsync(cluster.Cluster);
        var (push, _) = await RawPush.OpenAsync(first, await first.IdentityOfAsync(TestHub.Daye), "kept");
        await push.SendAsync(1, Type, Make.Organization());
        await push.ReceiveAsync();
        var before = (await Scrape.OfAsync(first))["hub_source_last_ok_timestamp{source=\"ND-420281\"}"];
        await push.DisposeAsync();

        await using var second = await first.RestartAsync();

        var after = await Scrape.UntilAsync(
            second, scrape => scrape.Has("hub_source_last_ok_timestamp{source=\"ND-420281\"}"), "the last commit of before");
        Assert.Equal(before, after["hub_source_last_ok_timestamp{source=\"ND-420281\"}"], tolerance: 5);
    }

    [Fact]
    public async Task Process_Database_AndCertificates_AreThere()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        await hub.CityAsync();

        var scrape = await Scrape.OfAsync(hub);

        Assert.InRange(scrape["hub_cert_expiry_days{certificate=\"server\"}"], 390, 398);
        Assert.True(scrape["hub_cert_expiry_days{certificate=\"authority\"}"] > 398);
        Assert.Contains("db_client_operation_duration_seconds", scrape.Text, StringComparison.Ordinal);
        Assert.Contains("db_client_connection_count", scrape.Text, StringComparison.Ordinal);
        Assert.Contains("db_client_connection_pool_name=\"hub\"", scrape.Text, StringComparison.Ordinal);
        Assert.True(scrape["dotnet_process_memory_working_set_bytes"] > 0);
        Assert.Contains("dotnet_gc_collections_total", scrape.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NamesThatCallersMakeUp_NeverBecomeLabels()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster);
        var daye = await hub.NodeAsync(TestHub.Daye);
        await daye.PushAsync(TestHub.Daye, Make.Organization());
        await Assert.ThrowsAsync<HubException>(() => daye.PushAsync("ND-MADE-UP", Make.Organization()));
        await using var made = RawPush.Connect(hub, await hub.IdentityOfAsync(TestHub.Daye));
        await made.SendAsync(new PushRequest { Hello = new PushHello { Source = "ND-MADE-UP", Stream = "made-up" } });
        await Assert.ThrowsAsync<RpcException>(made.ReceiveAsync);
        var (push, _) = await RawPush.OpenAsync(hub, await hub.IdentityOfAsync(TestHub.Daye), "made-up");
        await using var _ = push;
        await push.SendAsync(1, "made.up", Make.Organization());
        await Assert.ThrowsAsync<RpcException>(push.ReceiveAsync);

        var scrape = await Scrape.OfAsync(hub);

        Assert.All(scrape.OwnLabels, label => Assert.DoesNotContain("made", label, StringComparison.OrdinalIgnoreCase));
        string[] names = ["source", "type", "result", "limit", "certificate", "le"];
        Assert.All(scrape.OwnLabels, label => Assert.Contains(label.Split('=')[0], names));
    }

    [Theory]
    [InlineData("--Signals:SamplePeriod=00:00:00", "SamplePeriod")]
    [InlineData("--Signals:DiskMinFreeRatio=1", "DiskMinFreeRatio")]
    [InlineData("--Signals:DiskMinFreeBytes=-1", "DiskMinFreeBytes")]
    public async Task WrongSetting_StopsTheStart(string setting, string named)
    {
        var connection = await cluster.Cluster.CreateDatabaseAsync();

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => TestHub.StartAsync(connection, null, setting));

        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    private static string Records(string result) => $"hub_ingest_records_total{{result=\"{result}\",source=\"ND-420281\",type=\"{Type}\"}}";

    private static async Task<string> NodeOfAsync(TestHub hub) => (await hub.IdentityOfAsync(TestHub.Daye)).Node;

    private static async Task<string> AdminTokenAsync(TestHub hub) =>
        (await File.ReadAllTextAsync(Path.Combine(hub.Folder, "admin.token"))).Trim();

    private static async Task<HttpStatusCode> StatusAsync(RawCaller caller)
    {
        using (caller)
        {
            using var response = await caller.Http.GetAsync("/metrics");
            if (response.StatusCode == HttpStatusCode.Unauthorized)
            {
                Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
                Assert.Matches("[一-鿿].*[a-z]", await response.Content.ReadAsStringAsync());
            }

            return response.StatusCode;
        }
    }
}
