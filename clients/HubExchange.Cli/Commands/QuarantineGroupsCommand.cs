using System.CommandLine;
using System.Globalization;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl quarantine groups</c></summary>
internal sealed class QuarantineGroupsCommand : Command
{
    private readonly Option<string?> _type = new("--type") { Description = "类型 Type id", HelpName = "T" };
    private readonly Option<string?> _rule = new("--rule") { Description = "规则 Rule id", HelpName = "R" };
    private readonly Option<string?> _source = new("--source") { Description = "节点 Node", HelpName = "ND" };

    public QuarantineGroupsCommand(Runner runner)
        : base("groups", "待处理记录按类型、规则、字段和来源分组,多者在前 Open records by what is wrong, most first")
    {
        Add(_type);
        Add(_rule);
        Add(_source);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var groups = await client
            .ListQuarantineGroupsAsync(
                invocation.Get(_type), invocation.Get(_rule), invocation.Get(_source), pageSize: 1000, cancellationToken)
            .OrderByDescending(group => group.Count)
            .ToListAsync(cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(Screen.ToJson(groups));
            return ExitCode.Ok;
        }

        var table = Screen.Table("条数 Count", "类型 Type", "规则 Rule", "字段 Field", "来源 Source", "最早 First", "最近 Last", "例 Example");
        foreach (var group in groups)
        {
            table.Row(
                group.Count.ToString(CultureInfo.InvariantCulture),
                group.Type,
                group.Rule,
                group.Field,
                group.Source,
                TimeText.Of(group.FirstRecordedAt),
                TimeText.Of(group.LastRecordedAt),
                group.ExampleId.ToString(CultureInfo.InvariantCulture));
        }

        invocation.Screen.Show(table);
        invocation.Screen.Note($"{groups.Count} 组 groups");
        return ExitCode.Ok;
    }
}
