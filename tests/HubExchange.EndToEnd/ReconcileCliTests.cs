using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using CliWrap.Buffered;
using HubExchange.Client;
using HubExchange.Client.Push;
using HubExchange.Enterprise.V1;
using HubExchange.Testing;

namespace HubExchange.EndToEnd;

/// <summary>Reconciliation with nothing but hubctl: run, list, show, approve, undo, and the certificate without the hub.</summary>
public sealed class ReconcileCliTests
{
    private const string Source = "ND-CITY";
    private const string Type = "enterprise.organization";

    [Fact]
    public async Task Differences_AreListedApprovedAndTakenBack()
    {
        await using var hub = await HubProcess.StartAsync("--Reconciliation:RunOnDifference=false");
        await using var client = new HubClient(await hub.EnrolAsync(Source));
        var held = new HeldOrganizations();
        using var stop = new CancellationTokenSource();
        var attending = await AttendAsync(client, held, stop.Token);
        foreach (var organization in held.All.Take(120).ToList())
        {
            held.Forget(organization.Uscc);
        }

        held.Lose(new Organization(held.All.First()) { Name = "未报送的更名" });

        var listed = Json(await AsNodeAsync(hub, 0, "reconcile", "run", Type, "--dry-run", "--output", "json"));
        Assert.Equal(("RECONCILIATION_STATE_LISTED", "120", "1"), ((string?)listed["state"], (string?)listed["extra"], (string?)listed["stale"]));
        var waiting = Json(await AsNodeAsync(hub, 3, "reconcile", "run", Type, "--output", "json"));
        var id = (string)waiting["id"]!;
        Assert.Equal(("RECONCILIATION_STATE_WAITING", "1"), ((string?)waiting["state"], (string?)waiting["mended"]));
        var list = Json(await AsNodeAsync(hub, 0, "reconcile", "list", "--state", "waiting", "--type", Type, "--output", "json")).AsArray();
        Assert.Equal(id, (string?)Assert.Single(list)!["id"]);
        var shown = Json(await AsNodeAsync(hub, 0, "reconcile", "show", id, "--limit", "1000", "--output", "json"));
        Assert.Equal(121, shown["differences"]!.AsArray().Count);
        var table = await AsNodeAsync(hub, 0, "reconcile", "show", id, "--limit", "1000");
        Assert.Contains("枢纽多出 extra", table.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("待审批 waiting", table.StandardOutput, StringComparison.Ordinal);
        Assert.Contains($"hubctl reconcile approve {id}", table.StandardOutput, StringComparison.Ordinal);

        // Only the bureau decides.
        await AsNodeAsync(hub, 4, "reconcile", "approve", id);
        var bureau = await BureauAsync(hub);
        var approved = Json(await RunAsync(hub, 0, bureau, "reconcile", "approve", id, "--output", "json"));
        Assert.Equal(("RECONCILIATION_STATE_MENDED", "120"), ((string?)approved["state"], (string?)approved["mended"]));
        await RunAsync(hub, 1, bureau, "reconcile", "approve", id);
        var settled = (await AsNodeAsync(hub, 0, "reconcile", "show", id)).StandardOutput;
        Assert.Contains($"由对账 {(string)approved["id"]!} 了结", settled, StringComparison.Ordinal);
        Assert.Contains("已由 zhang 批准", settled, StringComparison.Ordinal);
        await AsNodeAsync(hub, 4, "reconcile", "undo", (string)approved["id"]!);
        var undone = await RunAsync(hub, 0, bureau, "reconcile", "undo", (string)approved["id"]!);
        Assert.Contains("120", undone.StandardOutput, StringComparison.Ordinal);
        Assert.Equal("120", (string?)Json(await AsNodeAsync(hub, 3, "reconcile", "run", Type, "--output", "json"))["extra"]);
        await RunAsync(hub, 1, bureau, "reconcile", "show", "999999");
        await HeldOrganizations.LeaveAsync(attending, stop);

        // Nobody attends any more.
        Assert.Contains("值守", (await AsNodeAsync(hub, 1, "reconcile", "run", Type)).StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_IsVerifiedWithoutTheHub_AndNoOtherIs()
    {
        await using var hub = await HubProcess.StartAsync("--Reconciliation:RunOnDifference=false");
        await using var client = new HubClient(await hub.EnrolAsync(Source));
        using var stop = new CancellationTokenSource();
        var attending = await AttendAsync(client, new HeldOrganizations(), stop.Token);
        var id = (string)Json(await AsNodeAsync(hub, 0, "reconcile", "run", Type, "--output", "json"))["id"]!;
        var file = Path.Combine(hub.Folder, "certificate.json");
        await AsNodeAsync(hub, 0, "reconcile", "certificate", id, file);
        await HeldOrganizations.LeaveAsync(attending, stop);
        hub.Kill();

        var valid = await VerifyAsync(hub, 0, file, hub.CaFile);
        Assert.Contains($"{Source} {Type}", valid.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("130 条", valid.StandardOutput, StringComparison.Ordinal);

        var altered = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        var statement = Convert.FromBase64String((string)altered["statement"]!);
        statement[^1] ^= 1;
        altered["statement"] = Convert.ToBase64String(statement);
        var alteredFile = Path.Combine(hub.Folder, "altered.json");
        await File.WriteAllTextAsync(alteredFile, altered.ToJsonString());
        Assert.Contains("签名无效", (await VerifyAsync(hub, 1, alteredFile, hub.CaFile)).StandardOutput, StringComparison.Ordinal);

        Assert.Contains("签名无效", (await VerifyAsync(hub, 1, file, await OtherAuthorityAsync(hub))).StandardOutput, StringComparison.Ordinal);

        await File.WriteAllTextAsync(alteredFile, "{ \"statement\": ");
        await VerifyAsync(hub, 2, alteredFile, hub.CaFile);
    }

    private static async Task<Task> AttendAsync(HubClient client, HeldOrganizations held, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 130; i++)
        {
            held.Set(Make.Organization());
        }

        var push = new PushOptions { Attended = held.Records };
        await client.PushAsync(Source, held.All.ToAsyncEnumerable(), push, cancellationToken: cancellationToken);
        var attending = client.AttendAsync(Source, held.Records, push, cancellationToken);
        await held.WelcomedAsync();
        return attending;
    }

    private static Task<BufferedCommandResult> AsNodeAsync(HubProcess hub, int exitCode, params string[] arguments) =>
        RunAsync(hub, exitCode, ["--cert", Path.Combine(hub.Folder, $"{Source}.crt"), "--key", Path.Combine(hub.Folder, $"{Source}.key")], arguments);

    private static async Task<string[]> BureauAsync(HubProcess hub)
    {
        await using var admin = new HubClient(hub.Admin);
        return ["--token", (await admin.IssueTokenAsync("zhang", "bureau")).Token];
    }

    private static async Task<BufferedCommandResult> RunAsync(HubProcess hub, int exitCode, string[] caller, params string[] arguments)
    {
        var run = await Programs.HubctlAsync(hub.Folder, [.. arguments, "--hub", hub.Address.ToString(), "--ca", hub.CaFile, .. caller]);
        Assert.True(run.ExitCode == exitCode, $"{string.Join(' ', arguments)}: exit code {run.ExitCode}: {run.StandardError}{run.StandardOutput}");
        return run;
    }

    private static async Task<BufferedCommandResult> VerifyAsync(HubProcess hub, int exitCode, string file, string ca)
    {
        var run = await Programs.HubctlAsync(hub.Folder, "certificate", "verify", file, "--ca", ca);
        Assert.True(run.ExitCode == exitCode, $"Exit code {run.ExitCode}: {run.StandardError}{run.StandardOutput}");
        return run;
    }

    private static async Task<string> OtherAuthorityAsync(HubProcess hub)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = new CertificateRequest("CN=other", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var path = Path.Combine(hub.Folder, "other.pem");
        await File.WriteAllTextAsync(path, other.ExportCertificatePem());
        return path;
    }

    private static JsonNode Json(BufferedCommandResult run) => JsonNode.Parse(run.StandardOutput)!;
}
