using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CliWrap.Buffered;
using HubExchange.Testing;

namespace HubExchange.EndToEnd;

/// <summary>hubctl as a person at a county uses it.</summary>
public sealed class CliTests(CliHub cli) : IClassFixture<CliHub>
{
    private const string Headings = "统一社会信用代码,名称,机构类型,经营地区划,填报单位,成立日期,行业代码,经营状态,注册资本(万元)";

    [Theory]
    [InlineData("utf-8")]
    [InlineData("gb18030")]
    public async Task Push_StoresGoodRows_AndNamesTheBadOne(string encoding)
    {
        var (first, second, mended) = (Make.Uscc(), Make.Uscc(), Make.Uscc());
        var bad = mended[..17] + (mended[17] == '7' ? '8' : '7');
        var file = cli.PathOf($"enterprise.organization-{encoding}.csv");
        Directory.CreateDirectory(cli.PathOf(""));
        await WriteAsync(file, encoding, [Row(first, "大冶一号铜业"), Row(bad, "大冶二号铜业"), Row(second, "大冶三号铜业")]);

        var run = await cli.RunAsNodeAsync(CliHub.County, "push", file);

        Assert.True(run.ExitCode == 3, $"Exit code {run.ExitCode}: {run.StandardError}");
        var line = Assert.Single(run.StandardError.Split('\n'), line => line.Contains("uscc.check", StringComparison.Ordinal));
        Assert.Contains(" 3 ", line, StringComparison.Ordinal);
        Assert.Contains(bad, line, StringComparison.Ordinal);

        var stored = await cli.JsonAsync("get", "enterprise.organization", second);
        Assert.Equal("大冶三号铜业", (string?)stored["payload"]!["name"]);
        Assert.Equal("123450000", (string?)stored["payload"]!["registered_capital_fen"]);

        // The file of refused rows can be mended and pushed as it is.
        var errors = Path.ChangeExtension(file, ".errors.csv");
        var text = await File.ReadAllTextAsync(errors);
        Assert.Contains("大冶二号铜业", text, StringComparison.Ordinal);
        Assert.DoesNotContain(first, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(errors, text.Replace(bad, mended, StringComparison.Ordinal), Encoding.UTF8);
        var again = await cli.RunAsNodeAsync(CliHub.County, "push", errors);
        Assert.True(again.ExitCode == 0, again.StandardError);
        Assert.Equal("大冶二号铜业", (string?)(await cli.JsonAsync("get", "enterprise.organization", mended))["payload"]!["name"]);
    }

    [Fact]
    public async Task Export_WritesAWholeFileOrNone_AndPushTakesItBack()
    {
        var uscc = Make.Uscc();
        var file = cli.PathOf("enterprise.organization-export.csv");
        await WriteAsync(file, "utf-8", [Row(uscc, "大冶导出铜业")]);
        Assert.Equal(0, (await cli.RunAsNodeAsync(CliHub.County, "push", file)).ExitCode);

        var exported = Path.Combine(cli.PathOf(""), "enterprise.organization-again.csv");
        var run = await cli.RunAsNodeAsync(CliHub.County, "export", "enterprise.organization", "--filter", $"uscc = \"{uscc}\"", "-o", exported);
        Assert.True(run.ExitCode == 0, run.StandardError);
        Assert.Contains("大冶导出铜业", await File.ReadAllTextAsync(exported), StringComparison.Ordinal);
        Assert.Equal(0, (await cli.RunAsNodeAsync(CliHub.County, "push", exported)).ExitCode);

        var before = await File.ReadAllBytesAsync(exported);
        var wrong = await cli.RunAsNodeAsync(CliHub.County, "export", "enterprise.organization", "--filter", "nothing = 1", "-o", exported);
        Assert.NotEqual(0, wrong.ExitCode);
        Assert.Equal(before, await File.ReadAllBytesAsync(exported));
        Assert.Empty(Directory.GetFiles(cli.PathOf(""), ".*.part"));
    }

    [Fact]
    public async Task Profile_ShowsTheOrganisation()
    {
        var uscc = Make.Uscc();
        var file = cli.PathOf("enterprise.organization-profile.csv");
        await WriteAsync(file, "utf-8", [Row(uscc, "大冶档案铜业")]);
        Assert.Equal(0, (await cli.RunAsNodeAsync(CliHub.County, "push", file)).ExitCode);

        var shown = await cli.RunAsNodeAsync(CliHub.County, "profile", uscc);

        Assert.True(shown.ExitCode == 0, shown.StandardError);
        Assert.Contains("大冶档案铜业", shown.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("近期变更", shown.StandardOutput, StringComparison.Ordinal);
        Assert.Equal("enterprise.organization", (string?)(await cli.JsonAsync("profile", uscc))["organization"]!["type"]);
    }

    [Fact]
    public async Task Quarantine_ListsAndShowsWhatWasRefused()
    {
        var uscc = Make.Uscc();
        var file = cli.PathOf("enterprise.organization-quarantine.csv");
        await WriteAsync(file, "utf-8", [Row(uscc, "").Replace("企业", "社会团体", StringComparison.Ordinal)]);
        Assert.Equal(3, (await cli.RunAsNodeAsync(CliHub.County, "push", file)).ExitCode);

        var list = (await cli.JsonAsync("quarantine", "list", "--rule", "required", "--limit", "1000")).AsArray();

        var refused = Assert.Single(list, record => (string?)record!["key"] == uscc)!;
        var shown = await cli.JsonAsync("quarantine", "show", (string)refused["id"]!);
        Assert.Equal("required", (string?)shown["violations"]!.AsArray().First(each => (string?)each!["field"] == "name")!["rule"]);
        var table = await cli.RunAsNodeAsync(CliHub.County, "quarantine", "show", (string)refused["id"]!);
        Assert.Contains("required", table.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quarantine_GroupsReplaysAndDiscards()
    {
        var uscc = Make.Uscc();
        var file = cli.PathOf("enterprise.organization-discard.csv");
        await WriteAsync(file, "utf-8", [Row(uscc, "")]);
        Assert.Equal(3, (await cli.RunAsNodeAsync(CliHub.County, "push", file)).ExitCode);
        var id = (string)(await cli.JsonAsync("quarantine", "list", "--rule", "required", "--limit", "1000")).AsArray()
            .Single(record => (string?)record!["key"] == uscc)!["id"]!;

        var groups = (await cli.JsonAsync("quarantine", "groups", "--type", "enterprise.organization")).AsArray();
        Assert.Contains(groups, group => (string?)group!["rule"] == "required" && (string?)group["field"] == "name");
        var replayed = await cli.RunAsNodeAsync(CliHub.County, "quarantine", "replay", id);
        Assert.True(replayed.ExitCode == 3, $"Exit code {replayed.ExitCode}: {replayed.StandardError}");
        Assert.Contains("required", replayed.StandardError, StringComparison.Ordinal);
        Assert.Equal(1, (int)(await cli.JsonAsync("quarantine", "discard", id, "--reason", "重复报送"))["discarded"]!);

        Assert.Equal("重复报送", (string?)(await cli.JsonAsync("quarantine", "show", id))["close_reason"]);
        var discarded = (await cli.JsonAsync("quarantine", "list", "--state", "discarded")).AsArray();
        Assert.Contains(discarded, record => (string?)record!["id"] == id);
        Assert.Equal(2, (await cli.RunAsNodeAsync(CliHub.County, "quarantine", "replay")).ExitCode);
    }

    [Fact]
    public async Task Snapshot_DeletesWhatTheFileLacks_OrWaitsForTheBureau()
    {
        const string Type = "enterprise.organization";
        var codes = Enumerable.Range(0, 103).Select(_ => Make.Uscc()).ToArray();
        var file = cli.PathOf($"{Type}-snapshot.csv");
        await PushAsync(0, codes);

        // Whatever other tests have pushed is not in the file, either.
        var run = await PushAsync(3, codes[..1]);
        var waiting = Assert.Single(JsonNode.Parse(run.StandardOutput)!["snapshots"]!.AsArray())!;
        var id = (string)waiting["snapshot_id"]!;
        Assert.Equal("SNAPSHOT_STATE_WAITING", (string?)waiting["state"]);
        var listed = (await cli.JsonAsync("snapshot", "list", "--state", "waiting", "--type", Type)).AsArray();
        Assert.Contains(listed, snapshot => (string?)snapshot!["id"] == id);
        var deletions = (await cli.JsonAsync("snapshot", "deletions", id)).AsArray();
        Assert.Contains(deletions, deletion => (string?)deletion!["key"] == codes[5] && (string?)deletion["label"] == "企业五");

        Assert.Equal(4, (await cli.RunAsNodeAsync(CliHub.County, "snapshot", "approve", id)).ExitCode);
        Assert.Equal(2, (await cli.RunAsBureauAsync("snapshot", "reject", id)).ExitCode);
        var approved = await cli.RunAsBureauAsync("snapshot", "approve", id, "--reason", "已核实");
        Assert.True(approved.ExitCode == 0, $"Exit code {approved.ExitCode}: {approved.StandardError}");
        Assert.Contains("已生效 applied", approved.StandardOutput, StringComparison.Ordinal);
        Assert.Equal("已核实", (string?)(await cli.JsonAsync("snapshot", "show", id))["decision_reason"]);
        Assert.Equal(1, (await cli.RunAsNodeAsync(CliHub.County, "get", Type, codes[5])).ExitCode);
        Assert.Equal(0, (await cli.RunAsNodeAsync(CliHub.County, "get", Type, codes[0])).ExitCode);

        // A row that cannot be read might be any record.
        await WriteAsync(file, "utf-8", [Row(codes[1], "企业").Replace("2015-06-01", "昨天", StringComparison.Ordinal)]);
        var aborted = await cli.RunAsNodeAsync(CliHub.County, "push", file, "--snapshot");
        Assert.True(aborted.ExitCode == 3, $"Exit code {aborted.ExitCode}: {aborted.StandardError}");
        Assert.Contains("快照已中止", aborted.StandardError, StringComparison.Ordinal);
        Assert.Contains("已作废 abandoned", aborted.StandardOutput, StringComparison.Ordinal);
        Assert.Equal(0, (await cli.RunAsNodeAsync(CliHub.County, "get", Type, codes[0])).ExitCode);

        async Task<BufferedCommandResult> PushAsync(int exitCode, string[] rows)
        {
            await WriteAsync(file, "utf-8", rows.Select(uscc => Row(uscc, uscc == codes[5] ? "企业五" : "企业")));
            string[] mark = exitCode == 0 ? [] : ["--snapshot"];
            var run = await cli.RunAsNodeAsync(CliHub.County, ["push", file, "--output", "json", .. mark]);
            Assert.True(run.ExitCode == exitCode, $"Exit code {run.ExitCode}: {run.StandardError}");
            return run;
        }
    }

    [Fact]
    public async Task List_Filters()
    {
        var all = (await cli.JsonAsync("list", "region.reporting_unit")).AsArray();
        var one = (await cli.JsonAsync("list", "region.reporting_unit", "--filter", "unit_id = \"420281\"")).AsArray();

        Assert.True(all.Count > 1);
        Assert.Equal("大冶市", (string?)Assert.Single(one)!["payload"]!["name"]);
    }

    [Fact]
    public async Task Lists_SayWhenThereIsMore()
    {
        var cut = await cli.RunAsNodeAsync(CliHub.County, "list", "region.zone", "--limit", "2");
        var whole = await cli.RunAsNodeAsync(CliHub.County, "list", "region.zone", "--limit", "0");

        Assert.Contains("只显示前 2 条", cut.StandardError, StringComparison.Ordinal);
        Assert.Contains("--limit 0", cut.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain("只显示前", whole.StandardError, StringComparison.Ordinal);
        Assert.True(whole.StandardOutput.Split('\n').Length > cut.StandardOutput.Split('\n').Length);
    }

    [Fact]
    public async Task Aggregate_ShowsGroupsAndTheTotal()
    {
        string[] arguments =
        [
            "aggregate", "region.zone", "--group", "zone_class", "--measure", "count", "hosts=distinct(host_division)", "--order-by", "count desc",
            "--having", "count >= 2",
        ];
        var json = await cli.JsonAsync(arguments);
        var table = await cli.RunAsNodeAsync(CliHub.County, arguments);
        var zones = (await cli.JsonAsync("list", "region.zone", "--limit", "0")).AsArray();

        var counts = zones.CountBy(zone => (string)zone!["payload"]!["zone_class"]!).Where(pair => pair.Value >= 2).ToList();
        Assert.Equal(counts.Select(pair => pair.Value).OrderDescending(), Rows().Select(row => int.Parse((string)row["values"]![0]!["value"]!, CultureInfo.InvariantCulture)));
        Assert.Equal(zones.Count.ToString(CultureInfo.InvariantCulture), (string?)json["total"]!["values"]![0]!["value"]);
        Assert.True(table.ExitCode == 0, table.StandardError);
        Assert.Contains("█", table.StandardOutput, StringComparison.Ordinal);
        Assert.All(Rows(), row => Assert.Contains((string)row["groups"]![0]!["label"]!, table.StandardOutput, StringComparison.Ordinal));
        Assert.Equal(2, (await cli.RunAsNodeAsync(CliHub.County, "aggregate", "region.zone", "--measure", "sum-of-all")).ExitCode);

        IEnumerable<JsonNode> Rows() => json["rows"]!.AsArray().OfType<JsonNode>();
    }

    [Fact]
    public async Task Layout_IsSavedAndCompared()
    {
        var file = cli.PathOf("layout.json");
        await File.WriteAllTextAsync(
            file,
            """{"id": "cli-one", "name": "命令行布局", "valid_from": "2021-01-01", "zones": [{"id": "A", "name": "甲", "zone_ids": ["420281-Z001"]}], "reporting_units": ["420281"]}""");
        Assert.Equal(0, (await cli.RunAsBureauAsync("layout", "save", file)).ExitCode);
        var revised = (await File.ReadAllTextAsync(file)).Replace("cli-one", "cli-two", StringComparison.Ordinal)
            .Replace("420281-Z001", "420205-Z002", StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, revised);
        Assert.Equal(0, (await cli.RunAsBureauAsync("layout", "save", file)).ExitCode);

        var comparison = await cli.RunAsNodeAsync(CliHub.County, "layout", "compare", "cli-one", "cli-two");
        var layout = await cli.JsonAsync("layout", "cli-one", "--as-of", DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture));
        var early = await cli.RunAsNodeAsync(CliHub.County, "layout", "cli-one", "--on", "2020-01-01");

        Assert.True(comparison.ExitCode == 0, comparison.StandardError);
        Assert.Contains("420205-Z002", comparison.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("removed", comparison.StandardOutput, StringComparison.Ordinal);
        Assert.Equal("命令行布局", (string?)layout["name"]);
        Assert.Equal(1, early.ExitCode);
        await File.WriteAllTextAsync(file, revised.Replace("420205-Z002", "420205-Z099", StringComparison.Ordinal));
        Assert.Contains("420205-Z099", (await cli.RunAsBureauAsync("layout", "save", file)).StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Catalog_ShowsTypesAndFields()
    {
        var types = (await cli.JsonAsync("catalog")).AsArray();
        var table = await cli.RunAsNodeAsync(CliHub.County, "catalog", "enterprise.organization");

        Assert.Contains(types, type => (string?)type!["type"] == "enterprise.organization");
        Assert.Contains("注册资本(万元)", table.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SchemaDiff_IsEmpty()
    {
        var run = await cli.RunAsAdminAsync("schema", "diff");

        Assert.True(run.ExitCode == 0, run.StandardError);
        Assert.Equal("", run.StandardOutput.Trim());
    }

    [Fact]
    public async Task WhoAmI_NamesTheNode() =>
        Assert.Equal(CliHub.County, (string?)(await cli.JsonAsync("whoami"))["node"]);

    [Fact]
    public async Task Enroll_KeepsTheKeyToItsOwner()
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(cli.PathOf($"{CliHub.County}.key")));
        }

        var unknown = await cli.RunAsAdminAsync("node", "enroll", "ND-999999", "--out", cli.PathOf("unknown"));
        Assert.Equal(1, unknown.ExitCode);
        Assert.False(File.Exists(cli.PathOf("unknown/ND-999999.key")));
    }

    [Theory]
    [InlineData(4, "whoami", "--token", "wrong")]
    [InlineData(2, "push")]
    [InlineData(2, "list")]
    [InlineData(2, "whoami", "--output", "xml")]
    [InlineData(2, "no-such-command")]
    [InlineData(2, "push", "no-such-file.csv", "--type", "enterprise.organization")]
    public async Task ExitCode_SaysWhatWentWrong(int code, params string[] arguments)
    {
        var run = await cli.RunAsync(arguments);

        Assert.True(run.ExitCode == code, $"Exit code {run.ExitCode}: {run.StandardError}");
        Assert.Contains("错误", run.StandardError, StringComparison.Ordinal);
        Assert.Contains("Error", run.StandardError, StringComparison.Ordinal);
        Assert.Equal("", run.StandardOutput);
    }

    [Fact]
    public async Task ExitCode_SaysThatTheHubIsUnreachable()
    {
        // Nobody listens on port 1.
        var run = await Programs.HubctlAsync(
            cli.Hub.Folder, "whoami", "--hub", "https://127.0.0.1:1", "--ca", cli.Hub.CaFile, "--token", "any");

        Assert.True(run.ExitCode == 5, $"Exit code {run.ExitCode}: {run.StandardError}");
        Assert.DoesNotContain("   at ", run.StandardError, StringComparison.Ordinal);
    }

    private static string Row(string uscc, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{uscc},{name},企业,420281,420281,2015-06-01,3921,存续,123.45");

    private static async Task WriteAsync(string path, string encoding, IEnumerable<string> rows)
    {
        var text = string.Join("\r\n", rows.Prepend(Headings)) + "\r\n";
        var known = CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        await File.WriteAllBytesAsync(path, known.GetBytes(text));
    }
}
