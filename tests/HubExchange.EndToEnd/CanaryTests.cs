using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using HubExchange.Client;
using HubExchange.Enterprise.V1;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.EndToEnd;

/// <summary>What is in records stays in the database: neither the log, however much it says, nor the metrics tell any of it.</summary>
public sealed class CanaryTests
{
    private const string County = "ND-420281";

    // Values that are found again wherever they turn up: good ones, wrong ones, keys, and such as only the database refuses.
    private const string Name = "金丝雀企业";
    private const string Person = "金丝雀张三";
    private const string Mobile = "13987650123";
    private const string WrongMobile = "0714-CANARY-1";
    private const string WrongDate = "2021-CANARY-2";
    private const string Refused = "金丝雀拒绝";
    private const string WrongKey = "CANARY-KEY-3";
    private const string Reason = "金丝雀理由";

    [Fact]
    public async Task LogAndMetrics_HoldNothingOfTheRecords()
    {
        await using var hub = await HubProcess.StartAsync("--Logging:LogLevel:Default=Trace", "--Signals:SamplePeriod=00:00:00.100");
        await using var city = new HubClient(await hub.EnrolAsync("ND-CITY"));
        await city.PushAsync("ND-CITY", new Node { NodeId = County, Name = Name, Kind = NodeKind.County });
        await using var county = new HubClient(await hub.EnrolAsync(County));
        await using (var database = await hub.ConnectToDatabaseAsync())
        await using (var command = database.CreateCommand())
        {
            command.CommandText = $"alter table enterprise.organization add constraint canary check (name <> '{Refused}')";
            await command.ExecuteNonQueryAsync();
        }

        var good = Make.Organization(name: Name);
        good.ContactMobile = Mobile;
        var wrong = Make.Organization(name: Name);
        wrong.ContactMobile = WrongMobile;
        wrong.EstablishedOn = WrongDate;
        var response = await county.PushAsync(County, good, wrong, Make.Organization(name: Refused), Make.Organization(WrongKey));
        Assert.Equal((1, 3), (response.Counts.Stored, response.Counts.Quarantined));
        var talent = await county.PushAsync(County, new Talent.V1.Talent { Name = Person, Mobile = WrongMobile });
        Assert.Equal(1, talent.Counts.Quarantined);
        await county.DiscardQuarantinedRecordsAsync([talent.Rejected[0].QuarantineId], Reason);
        await Assert.ThrowsAsync<HubException>(() => county.GetAsync<Organization>(WrongKey));
        await Assert.ThrowsAsync<HubException>(() => county.ListAsync<Organization>($"name = \"{Name}\" AND nothing = \"{WrongDate}\"").ToListAsync().AsTask());
        Assert.Single(await county.ListAsync<Organization>($"name = \"{Name}\"").ToListAsync());
        await DecideAsync(hub, county);
        var metrics = await MetricsAsync(hub);

        Assert.Contains("hub_ingest_records_total", metrics, StringComparison.Ordinal);
        Assert.Contains("enterprise.organization", metrics, StringComparison.Ordinal);
        Assert.Contains("dbug:", hub.Output, StringComparison.Ordinal);
        Assert.Contains("rejected by canary", hub.Output, StringComparison.Ordinal);
        Assert.Contains("approved by canary", hub.Output, StringComparison.Ordinal);
        Assert.Contains($"Revoked node {County}", hub.Output, StringComparison.Ordinal);
        string[] canaries = [Name, Person, Mobile, WrongMobile, WrongDate, Refused, WrongKey, Reason, good.Uscc, wrong.Uscc, hub.AdminToken];
        Assert.All(canaries, canary => Assert.DoesNotContain(canary, hub.Output, StringComparison.OrdinalIgnoreCase));
        Assert.All(canaries, canary => Assert.DoesNotContain(canary, metrics, StringComparison.OrdinalIgnoreCase));
    }

    // Whatever people decide on, with a reason of their own words: snapshots, which wait because they hold nothing, and a node.
    private static async Task DecideAsync(HubProcess hub, HubClient county)
    {
        await using var admin = new HubClient(hub.Admin);
        await using var bureau = new HubClient(hub.Anonymous with { Token = (await admin.IssueTokenAsync("canary", "bureau")).Token });
        await bureau.RejectSnapshotAsync(await EmptySnapshotAsync(county), Reason);
        await bureau.ApproveSnapshotAsync(await EmptySnapshotAsync(county), Reason);
        await admin.RevokeNodeAsync(County, Reason);
    }

    private static async Task<long> EmptySnapshotAsync(HubClient county) =>
        (await county.PushSnapshotAsync(County, AsyncEnumerable.Empty<Organization>())).Snapshots.Single().SnapshotId;

    private static async Task<string> MetricsAsync(HubProcess hub)
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(hub.CaFile) },
        };
        using var http = new HttpClient(handler) { BaseAddress = hub.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", (await File.ReadAllTextAsync(Path.Combine(hub.DataFolder, "metrics.token"))).Trim());
        return await http.GetStringAsync("/metrics");
    }
}
