using System.Globalization;
using System.Text.Json.Nodes;
using CliWrap.Buffered;
using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Testing;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.EndToEnd;

/// <summary>A correction and a supervision order, as hubctl shows them.</summary>
public sealed class FindingCliTests
{
    private const string Owner = "ND-CITY";
    private const string Holder = "ND-420281";
    private const string Type = "enterprise.organization";

    [Fact]
    public async Task CorrectedFinding_NamesTheHolders_AndOrdersAreListed()
    {
        await using var hub = await HubProcess.StartAsync();
        await using var owner = new HubClient(await hub.EnrolAsync(Owner));
        await owner.PushCalendarsAsync();
        var county = new Node { NodeId = Holder, Name = "大冶市", Kind = NodeKind.County };
        await owner.PushRecordsAsync(Owner, CityEntityTypes.All.Of<Node>(), [new Change { Record = county.ToByteString() }]);
        await using var holder = new HubClient(await hub.EnrolAsync(Holder));
        var organization = Make.Organization();
        await owner.PushAsync(Owner, organization);
        await holder.GetAsync(Type, organization.Uscc);

        var raised = await BureauAsync(
            hub, "findings", "raise", Type, organization.Uscc, "--field", "name", "--expected", "更正后的名称", "--reason", "营业执照", "--output", "json");
        var id = (string)raised["id"]!;
        await BureauAsync(hub, "findings", "move", id, "route", "--output", "json");
        await owner.MoveFindingAsync(long.Parse(id, CultureInfo.InvariantCulture), FindingAction.Accept);
        await owner.MoveFindingAsync(long.Parse(id, CultureInfo.InvariantCulture), FindingAction.Ask, "请补充执照");
        Assert.Contains("停钟自", (await RunAsync(hub, "findings", "show", id)).StandardOutput, StringComparison.Ordinal);
        var answered = await RunAsync(hub, "findings", "move", id, "answer", "--reason", "见附件");
        Assert.DoesNotContain("停钟自", answered.StandardOutput, StringComparison.Ordinal);
        await using (var connection = await hub.ConnectToDatabaseAsync())
        await using (var command = new NpgsqlCommand("update hub.finding set received_on = received_on - 60, amber_on = amber_on - 60, due_on = due_on - 60", connection))
        {
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }

        Assert.Empty((await BureauAsync(hub, "findings", "orders", "--output", "json")).AsArray());
        await BureauAsync(hub, "findings", "move", id, "supervise", "--reason", "超期", "--output", "json");
        var order = Assert.Single((await BureauAsync(hub, "findings", "orders", "--output", "json")).AsArray())!;
        Assert.Equal((id, Owner, $"DB-{id}-6"), ((string?)order["id"], (string?)order["owner"], (string?)order["supervision_order"]));
        Assert.Matches("^20[0-9]{2}-[0-9]{2}-[0-9]{2}$", (string?)order["ordered_on"]);
        Assert.Empty((await BureauAsync(hub, "findings", "orders", "--owner", Holder, "--output", "json")).AsArray());

        organization.Name = "更正后的名称";
        await owner.PushAsync(Owner, organization);
        var shown = await BureauAsync(hub, "findings", "show", id, "--output", "json");

        var held = Assert.Single(shown["holders"]!.AsArray())!;
        Assert.Equal((Holder, "1"), ((string?)held["receiver"], (string?)held["revision"]));
        var table = await RunAsync(hub, "findings", "show", id);
        Assert.Contains("未送达 not yet", table.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("请提出方补充 ask", table.StandardOutput, StringComparison.Ordinal);
        Assert.Contains($"DB-{id}-6", (await RunAsync(hub, "findings", "orders")).StandardOutput, StringComparison.Ordinal);
    }

    private static async Task<JsonNode> BureauAsync(HubProcess hub, params string[] arguments) =>
        JsonNode.Parse((await RunAsync(hub, arguments)).StandardOutput)!;

    private static async Task<BufferedCommandResult> RunAsync(HubProcess hub, params string[] arguments)
    {
        await using var admin = new HubClient(new HubClientOptions { Address = hub.Address, CaFile = hub.CaFile, Token = hub.AdminToken });
        var issued = await admin.IssueTokenAsync("test-bureau", "bureau", null);
        var result = await Programs.HubctlAsync(
            hub.Folder, [.. arguments, "--hub", hub.Address.ToString(), "--ca", hub.CaFile, "--token", issued.Token]);
        Assert.True(result.ExitCode == 0, result.StandardError);
        return result;
    }
}
