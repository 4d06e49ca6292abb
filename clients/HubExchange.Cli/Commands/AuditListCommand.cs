using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using HubExchange.V1;
using Enum = System.Enum;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl audit list</c></summary>
internal sealed class AuditListCommand : Command
{
    private readonly Option<string?> _since = new("--since") { Description = "该时刻起,如 2026-01-01T00:00:00+08:00 From this instant on", HelpName = "TIME" };
    private readonly Option<string?> _until = new("--until") { Description = "该时刻之前 Before this instant", HelpName = "TIME" };
    private readonly Option<string?> _caller = new("--caller") { Description = "调用方 Caller", HelpName = "NAME" };
    private readonly Option<string?> _node = new("--node") { Description = "调用方所属节点 Node the caller works for", HelpName = "ND" };
    private readonly Option<string?> _method = new("--method") { Description = "调用,如 QueryService.ListRecords Method", HelpName = "M" };
    private readonly Option<string?> _type = new("--type") { Description = "类型 Type id", HelpName = "T" };
    private readonly Option<string?> _event = new("--event") { Description = "事件 Event: read, refusal", HelpName = "E" };
    private readonly Listing _listing;

    public AuditListCommand(Runner runner)
        : base("list", "列出审计记录,最新在前 List entries, newest first")
    {
        Add(_since);
        Add(_until);
        Add(_caller);
        Add(_node);
        Add(_method);
        Add(_type);
        Add(_event);
        _event.AcceptOnlyFromAmong("read", "refusal");
        _listing = new Listing(this);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var filter = new ListAuditEntriesRequest
        {
            Since = InstantOf(invocation, _since),
            Until = InstantOf(invocation, _until),
            Caller = invocation.Get(_caller) ?? "",
            Node = invocation.Get(_node) ?? "",
            Method = invocation.Get(_method) ?? "",
            Type = invocation.Get(_type) ?? "",
            Event = invocation.Get(_event) is { } happened ? Enum.Parse<AuditEvent>(happened, ignoreCase: true) : AuditEvent.Unspecified,
        };
        return await _listing.ShowAsync(
            invocation,
            size =>
            {
                filter.PageSize = size;
                return client.ListAuditEntriesAsync(filter, cancellationToken);
            },
            Screen.Table("编号 No.", "时间 Time", "事件 Event", "调用方 Caller", "身份 Role", "调用 Method", "类型 Type", "记录 Records", "裁剪 Cut", "结果 Result"),
            Row,
            cancellationToken);
    }

    private static void Row(Spectre.Console.Table table, AuditEntry entry) => table.Row(
        entry.Position.ToString(CultureInfo.InvariantCulture),
        TimeText.Of(entry.RecordedAt),
        entry.Event == AuditEvent.Refusal ? "拒绝 refusal" : "裁剪 read",
        entry.Caller,
        entry.Node.Length == 0 || entry.Node == entry.Caller ? entry.Role : $"{entry.Role} {entry.Node}",
        entry.Method,
        entry.Type,
        entry.Records.ToString(CultureInfo.InvariantCulture),
        string.Join(", ", entry.CutFields.Concat(entry.MaskedFields.Select(field => $"{field}(掩码 masked)")).Concat(entry.Withheld ? ["他方记录 records of others"] : [])),
        entry.Reason.Length == 0 ? "成功 ok" : $"{entry.Reason} {entry.Detail}".TrimEnd());

    private static Timestamp? InstantOf(Invocation invocation, Option<string?> option) => invocation.Get(option) is not { Length: > 0 } text
        ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var instant)
            ? Timestamp.FromDateTimeOffset(instant)
            : throw new UsageException(
                $"{option.Name} 无法识别“{text}”,应写作 2021-06-30 或 2021-06-30T08:00:00+08:00。",
                $"{option.Name} '{text}' is no instant; write 2021-06-30 or 2021-06-30T08:00:00+08:00.");
}
