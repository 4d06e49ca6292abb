using System.CommandLine;
using System.Globalization;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl findings orders</c></summary>
internal sealed class FindingOrdersCommand : Command
{
    private readonly Option<string?> _owner = new("--owner") { Description = "责任单位 Owner", HelpName = "ND" };
    private readonly Option<bool> _all = new("--all") { Description = "含已关闭的 Closed ones, too" };
    private readonly Option<int> _limit = new("--limit") { Description = "最多条数 Most orders", DefaultValueFactory = _ => 50 };

    public FindingOrdersCommand(Runner runner)
        : base("orders", "列出督办单,最新的问题在前 List supervision orders, newest finding first")
    {
        Add(_owner);
        Add(_all);
        Add(_limit);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var limit = Math.Max(1, invocation.Get(_limit));
        var filter = new ListFindingsRequest
        {
            Owner = invocation.Get(_owner) ?? "",
            WithOrder = true,
            WithClosed = invocation.Get(_all),
            PageSize = Math.Min(limit, 1000),
        };
        var findings = await client.ListFindingsAsync(filter, cancellationToken).Take(limit).ToListAsync(cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(Screen.ToJson(findings));
            return ExitCode.Ok;
        }

        var table = Screen.Table(
            "督办单 Order", "下达 Issued", "责任单位 Owner", "期限 Due", "状态 State", "问题编号 Finding", "规则 Rule", "主键 Key", "问题 Matter");
        foreach (var finding in findings)
        {
            table.Row(
                finding.SupervisionOrder,
                finding.OrderedOn,
                finding.Owner,
                finding.DueOn,
                FindingText.Of(finding.State),
                finding.Id.ToString(CultureInfo.InvariantCulture),
                finding.Rule,
                finding.Key,
                finding.Zh);
        }

        invocation.Screen.Show(table);
        invocation.Screen.Note($"{findings.Count} 张督办单 orders");
        return ExitCode.Ok;
    }
}
