using System.Text.Json.Nodes;
using CliWrap.Buffered;
using HubExchange.Client;
using HubExchange.Testing;

namespace HubExchange.EndToEnd;

/// <summary>The audit as an auditor sees it with hubctl: listed, verified, and from a mark kept outside.</summary>
public sealed class AuditCliTests
{
    [Fact]
    public async Task Audit_IsForAuditors_WhoListAndVerifyIt()
    {
        await using var hub = await HubProcess.StartAsync();
        await using var admin = new HubClient(hub.Anonymous with { Token = hub.AdminToken });
        var auditor = (await admin.IssueTokenAsync("li", "auditor")).Token;
        Assert.Equal(4, (await RunAsync(hub, hub.AdminToken, "list")).ExitCode);

        var listed = await RunAsync(hub, auditor, "list", "--event", "refusal", "--method", "AuditService.ListAuditEntries");
        Assert.Equal(0, listed.ExitCode);
        Assert.Contains("拒绝 refusal", listed.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("permission=audit.read", listed.StandardOutput.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var entry = Assert.Single(JsonNode.Parse((await RunAsync(hub, auditor, "list", "--output", "json")).StandardOutput)!.AsArray())!;
        Assert.Equal(("1", "PERMISSION_MISSING"), ((string?)entry["position"], (string?)entry["reason"]));

        var verified = await RunAsync(hub, auditor, "verify");
        Assert.Equal(0, verified.ExitCode);
        Assert.Contains("审计链完好。 The chain is whole.", verified.StandardOutput, StringComparison.Ordinal);
        var mark = verified.StandardError[(verified.StandardError.IndexOf("--after ", StringComparison.Ordinal) + 8)..].ReplaceLineEndings("").Trim();
        Assert.Equal(0, (await RunAsync(hub, auditor, "verify", "--after", mark)).ExitCode);
        var other = await RunAsync(hub, auditor, "verify", "--after", $"1:{new string('0', 64)}");
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("被改动 altered", other.StandardOutput, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync(hub, auditor, "verify", "--after", "x")).ExitCode);
        Assert.Equal(2, (await RunAsync(hub, auditor, "list", "--since", "yesterday-ish")).ExitCode);
    }

    private static async Task<BufferedCommandResult> RunAsync(HubProcess hub, string token, params string[] arguments) =>
        await Programs.HubctlAsync(hub.Folder, ["audit", .. arguments, "--hub", hub.Address.ToString(), "--ca", hub.CaFile, "--token", token]);
}
