using System.Net;
using System.Security.Cryptography.X509Certificates;
using HubExchange.Testing;

namespace HubExchange.EndToEnd;

/// <summary>The private database ends under a living hub, or has no room: the hub refuses meanwhile, and goes on by itself.</summary>
public sealed class DatabaseFaultTests(ITestOutputHelper output)
{
    [Fact]
    public async Task KilledDatabase_IsStartedAgain_AndTheHubIsNotReadyMeanwhile()
    {
        await using var rounds = await SoakRounds.StartAsync(SoakTests.Seed);
        var hub = rounds.Hubs[0];
        using var health = new HttpClient(new SocketsHttpHandler
        {
            SslOptions =
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(hub.CaFile) },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        });

        async Task<HttpStatusCode> ReadyAsync() => (await health.GetAsync(new Uri(hub.Address, "/readyz"))).StatusCode;

        var anomalies = await rounds.RunAsync(
            async () =>
            {
                hub.Kill();
                hub.FailPoints = "database.restart=delay:1500@1";
                await hub.RestartAsync();
            },
            async () =>
            {
                Assert.Equal(HttpStatusCode.OK, await ReadyAsync());
                SoakFaults.KillDatabase(hub);
                await Eventually.HoldsAsync(() => hub.HasWritten("Fail point database.restart"), "the hub notices");
                Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadyAsync());
                await Eventually.HoldsAsync(
                    () => rounds.History.Count(step => step.Reason == "STORE_UNAVAILABLE") > 0, "a push is refused");
            },
            () =>
            {
                // Nobody has started anything.
                Assert.True(hub.HasWritten("Private PostgreSQL works again"));
                return Task.CompletedTask;
            });

        Assert.Empty(anomalies.Take(20));
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync());
    }

    [Fact]
    public async Task FullDisk_LosesNothing_AndTheHubGoesOnWhenThereIsRoom()
    {
        output.WriteLine($"HUBEXCHANGE_SEED={SoakTests.Seed}");
        await using var rounds = await SoakRounds.StartOnSmallDiskAsync(SoakTests.Seed);
        var hub = rounds.Hubs[0];

        // Without room for records, and without room for the log, when the database ends and cannot start again.
        var anomalies = await rounds.RunAsync(
            () => rounds.Faults.FillAsync(hub, endsDatabase: false),
            () => rounds.Faults.FillAsync(hub, endsDatabase: true));

        Assert.Empty(anomalies.Take(20));
        Assert.True(hub.HasWritten("Private PostgreSQL works again"));
    }
}
