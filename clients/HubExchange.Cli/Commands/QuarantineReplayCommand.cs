using System.CommandLine;
using System.Globalization;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl quarantine replay [ID…]</c></summary>
internal sealed class QuarantineReplayCommand : Command
{
    private readonly Argument<long[]> _ids = new("ID") { Description = "隔离区编号 Numbers in quarantine", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _type = new("--type") { Description = "类型 Type id", HelpName = "T" };
    private readonly Option<string?> _rule = new("--rule") { Description = "规则 Rule id", HelpName = "R" };

    public QuarantineReplayCommand(Runner runner)
        : base("replay", "规则或基础数据变化后,按原顺序重新校验入库 Check again by the rules of today, in the original order, and store")
    {
        Add(_ids);
        Add(_type);
        Add(_rule);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var ids = invocation.Get(_ids);
        var (type, rule) = (invocation.Get(_type), invocation.Get(_rule));
        if (ids.Length > 0 == (type is not null || rule is not null))
        {
            throw new UsageException("请给出编号,或 --type、--rule 至少一项,不能兼有。", "Give numbers, or at least one of --type and --rule, but not both.");
        }

        await using var client = invocation.OpenForWriting();
        var response = ids.Length > 0
            ? await client.ReplayQuarantinedRecordsAsync(ids, cancellationToken)
            : await client.ReplayQuarantinedRecordsAsync(type, rule, cancellationToken: cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(response);
        }
        else
        {
            Show(invocation.Screen, response);
        }

        return response.Counts.Quarantined > 0 ? ExitCode.Partial : ExitCode.Ok;
    }

    private static void Show(Screen screen, ReplayQuarantinedRecordsResponse response)
    {
        var counts = response.Counts;
        var table = Screen.Table("入库 Stored", "未变 Unchanged", "删除 Deleted", "仍不合格 Still wrong", "此前已关闭 Closed before");
        screen.Show(table.Row(
            Number(counts.Stored), Number(counts.Unchanged), Number(counts.Deleted), Number(counts.Quarantined), Number(response.Skipped)));
        if (response.Rejected.Count == 0)
        {
            return;
        }

        var rejected = Screen.Table("编号 Id", "主键 Key", "规则 Rule", "说明 Message");
        foreach (var change in response.Rejected)
        {
            var errors = change.Violations.Where(violation => violation.Severity != Severity.Warning).ToList();
            rejected.Row(
                Number(change.QuarantineId),
                change.Key,
                string.Join("\n", errors.Select(violation => violation.Rule)),
                string.Join("\n", errors.Select(violation => violation.MessageZh)));
        }

        screen.ShowBeside(rejected);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
