using System.Text.Json.Nodes;
using CliWrap.Buffered;
using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Testing;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.EndToEnd;

/// <summary>A share request from the question to the data, as hubctl shows it.</summary>
public sealed class ShareCliTests
{
    private const string City = "ND-CITY";
    private const string County = "ND-420281";
    private const string Type = "technology.tech_contract";

    [Fact]
    public async Task Request_IsMadeExtendedAndGranted()
    {
        await using var hub = await HubProcess.StartAsync();
        await using var city = new HubClient(await hub.EnrolAsync(City));
        await city.PushCalendarsAsync();
        var county = new Node { NodeId = County, Name = "大冶市", Kind = NodeKind.County };
        await city.PushRecordsAsync(City, CityEntityTypes.All.Of<Node>(), [new Change { Record = county.ToByteString() }]);
        await using var admin = new HubClient(new HubClientOptions { Address = hub.Address, CaFile = hub.CaFile, Token = hub.AdminToken });
        var bureau = (await admin.IssueTokenAsync("test-bureau", "bureau", null)).Token;
        var provider = (await admin.IssueTokenAsync("test-county", "county", County)).Token;

        string[] question = ["share", "request", County, Type, "--purpose", "技术合同统计", "--scope", "全市", "--way", "batch", "--until", "2099-12-31"];
        Assert.Equal(ExitUsage, (await RunAsync(hub, bureau, question)).ExitCode);
        var made = await JsonAsync(hub, bureau, [.. question, "--basis", "职责", "--field", "registration_no", "buyer_name"]);
        var (id, received) = ((string)made["id"]!, (string)made["received_on"]!);
        Assert.Equal(("SHARE_STATE_SUBMITTED", 2), ((string?)made["state"], made["fields"]!.AsArray().Count));

        await JsonAsync(hub, provider, "share", "move", id, "ask-papers", "--paper", "签批件", "承诺书");
        Assert.Contains("需补正 paper 承诺书", await TextAsync(hub, bureau, "share", "show", id), StringComparison.Ordinal);
        Assert.Contains("待答复 submitted", await TextAsync(hub, bureau, "share", "move", id, "supply-papers", "--reason", "见附件"), StringComparison.Ordinal);
        string[] consent = ["share", "move", id, "extend", "--days", "10", "--consented-by", "主管部门", "--consented-on", received, "--document", "黄数函12号"];
        var denied = await RunAsync(hub, provider, consent);
        Assert.Equal(ExitDenied, denied.ExitCode);
        Assert.Contains("主管部门", denied.StandardError, StringComparison.Ordinal);
        var extended = await JsonAsync(hub, bureau, consent);
        Assert.True(string.CompareOrdinal((string)made["answer_due_on"]!, (string)extended["answer_due_on"]!) < 0);

        await using (var connection = await hub.ConnectToDatabaseAsync())
        await using (var command = new NpgsqlCommand("update hub.share_request set answer_amber_on = answer_amber_on - 90, answer_due_on = answer_due_on - 90", connection))
        {
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }

        Assert.Contains("红 red", await TextAsync(hub, provider, "share", "list", "--light", "red"), StringComparison.Ordinal);
        await JsonAsync(hub, provider, "share", "move", id, "grant");
        Assert.Contains("提供期限 delivery due", await TextAsync(hub, provider, "share", "show", id), StringComparison.Ordinal);
        Assert.Contains("已提供 delivered", await TextAsync(hub, provider, "share", "move", id, "deliver"), StringComparison.Ordinal);

        var shown = await TextAsync(hub, bureau, "share", "show", id);
        Assert.Contains("延期 extended 10", shown, StringComparison.Ordinal);
        Assert.Contains("黄数函12号", shown, StringComparison.Ordinal);
        Assert.Empty((await JsonAsync(hub, bureau, "share", "list")).AsArray());
        Assert.Equal(id, (string?)Assert.Single((await JsonAsync(hub, bureau, "share", "list", "--all", "--provider", County)).AsArray())!["id"]);
    }

    private const int ExitUsage = 2;
    private const int ExitDenied = 4;

    private static async Task<JsonNode> JsonAsync(HubProcess hub, string token, params string[] arguments) =>
        JsonNode.Parse(await TextAsync(hub, token, [.. arguments, "--output", "json"]))!;

    private static async Task<string> TextAsync(HubProcess hub, string token, params string[] arguments)
    {
        var result = await RunAsync(hub, token, arguments);
        Assert.True(result.ExitCode == 0, result.StandardError);
        return result.StandardOutput;
    }

    private static Task<BufferedCommandResult> RunAsync(HubProcess hub, string token, params string[] arguments) =>
        Programs.HubctlAsync(hub.Folder, [.. arguments, "--hub", hub.Address.ToString(), "--ca", hub.CaFile, "--token", token]);
}
