using System.CommandLine;
using System.Globalization;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl quarantine list</c></summary>
internal sealed class QuarantineListCommand : Command
{
    private readonly Option<string?> _type = new("--type") { Description = "类型 Type id", HelpName = "T" };
    private readonly Option<string?> _rule = new("--rule") { Description = "规则 Rule id", HelpName = "R" };
    private readonly Option<string?> _source = new("--source") { Description = "节点 Node", HelpName = "ND" };
    private readonly Option<string> _state = new("--state")
    {
        Description = "状态 State: open, resolved, discarded, replayed",
        HelpName = "S",
        DefaultValueFactory = _ => "open",
    };

    private readonly Listing _listing;

    public QuarantineListCommand(Runner runner)
        : base("list", "列出被拒收的记录,最新在前 List refused records, newest first")
    {
        Add(_type);
        Add(_rule);
        Add(_source);
        Add(_state);
        _listing = new Listing(this);
        _state.AcceptOnlyFromAmong("open", "resolved", "discarded", "replayed");
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        return await _listing.ShowAsync(
            invocation,
            size => client.ListQuarantinedRecordsAsync(
                invocation.Get(_type),
                invocation.Get(_rule),
                invocation.Get(_source),
                size,
                Enum.Parse<QuarantineState>(invocation.Get(_state), ignoreCase: true),
                cancellationToken),
            Screen.Table("编号 Id", "状态 State", "时间 Time", "来源 Source", "类型 Type", "主键 Key", "规则 Rule", "说明 Message"),
            (table, record) => table.Row(
                record.Id.ToString(CultureInfo.InvariantCulture),
                QuarantineText.Of(record.State),
                TimeText.Of(record.RecordedAt),
                record.Source,
                record.Type,
                record.Key,
                string.Join("\n", Errors(record).Select(violation => violation.Rule)),
                string.Join("\n", Errors(record).Select(violation => violation.MessageZh))),
            cancellationToken);
    }

    private static IEnumerable<Violation> Errors(QuarantinedRecord record) =>
        record.Violations.Where(violation => violation.Severity != Severity.Warning);
}
