using System.CommandLine;
using System.Globalization;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl findings list</c></summary>
internal sealed class FindingListCommand : Command
{
    private readonly Option<string?> _rule = new("--rule") { Description = "规则 Check", HelpName = "R" };
    private readonly Option<string?> _type = new("--type") { Description = "类型 Type id", HelpName = "T" };
    private readonly Option<string?> _key = new("--key") { Description = "主键 Key", HelpName = "K" };
    private readonly Option<string?> _owner = new("--owner") { Description = "责任单位 Owner", HelpName = "ND" };
    private readonly Option<string?> _source = new("--source") { Description = "来源 Node whose data it is about", HelpName = "ND" };
    private readonly Option<string?> _dimension = new("--dimension") { Description = "质量维度 Dimension: conformity … accessibility", HelpName = "D" };
    private readonly Option<string?> _light = new("--light") { Description = "时限颜色 Clock: green, amber, red", HelpName = "C" };
    private readonly Option<bool> _all = new("--all") { Description = "含已关闭的 Closed ones, too" };
    private readonly Listing _listing;

    public FindingListCommand(Runner runner)
        : base("list", "列出问题,最新在前 List findings, newest first")
    {
        Add(_rule);
        Add(_type);
        Add(_key);
        Add(_owner);
        Add(_source);
        Add(_dimension);
        Add(_light);
        Add(_all);
        _listing = new Listing(this);
        _light.AcceptOnlyFromAmong("green", "amber", "red");
        _dimension.AcceptOnlyFromAmong("conformity", "completeness", "accuracy", "consistency", "timeliness", "accessibility");
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var filter = new ListFindingsRequest
        {
            Rule = invocation.Get(_rule) ?? "",
            Type = invocation.Get(_type) ?? "",
            Key = invocation.Get(_key) ?? "",
            Owner = invocation.Get(_owner) ?? "",
            Source = invocation.Get(_source) ?? "",
            Dimension = invocation.Get(_dimension) is { } dimension
                ? Enum.Parse<QualityDimension>(dimension, ignoreCase: true)
                : QualityDimension.Unspecified,
            Light = invocation.Get(_light) is { } light ? Enum.Parse<FindingLight>(light, ignoreCase: true) : FindingLight.Unspecified,
            WithClosed = invocation.Get(_all),
        };
        return await _listing.ShowAsync(
            invocation,
            size =>
            {
                filter.PageSize = size;
                return client.ListFindingsAsync(filter, cancellationToken);
            },
            Screen.Table("编号 Id", "状态 State", "时限 Clock", "期限 Due", "责任单位 Owner", "规则 Rule", "主键 Key", "字段 Field", "问题 Finding"),
            (table, finding) => table.Row(
                finding.Id.ToString(CultureInfo.InvariantCulture),
                FindingText.Of(finding.State),
                FindingText.Of(finding.Light),
                finding.DueOn,
                finding.Owner,
                finding.Rule,
                finding.Key,
                finding.Field,
                finding.Zh),
            cancellationToken);
    }
}
