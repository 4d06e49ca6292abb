using System.CommandLine;
using System.Globalization;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl findings groups</c></summary>
internal sealed class FindingGroupsCommand : Command
{
    public FindingGroupsCommand(Runner runner)
        : base("groups", "按规则和责任单位汇总未关闭的问题 Count open findings by check and owner") => runner.Bind(this, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var groups = await client.ListFindingGroupsAsync(cancellationToken: cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(Screen.ToJson(groups));
            return ExitCode.Ok;
        }

        var table = Screen.Table("规则 Rule", "责任单位 Owner", "未关闭 Open", "黄 Amber", "红 Red");
        foreach (var group in groups)
        {
            table.Row(
                group.Rule,
                group.Owner,
                group.Count.ToString(CultureInfo.InvariantCulture),
                group.Amber.ToString(CultureInfo.InvariantCulture),
                group.Red.ToString(CultureInfo.InvariantCulture));
        }

        invocation.Screen.Show(table);
        return ExitCode.Ok;
    }
}
