using System.CommandLine;
using System.Globalization;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl share list</c></summary>
internal sealed class ShareListCommand : Command
{
    private readonly Option<string?> _asker = new("--asker") { Description = "申请方 Node that asks", HelpName = "ND" };
    private readonly Option<string?> _provider = new("--provider") { Description = "提供方 Node that is asked", HelpName = "ND" };
    private readonly Option<string?> _type = new("--type") { Description = "类型 Type id", HelpName = "T" };
    private readonly Option<string?> _state = new("--state") { Description = "状态 State: submitted, papers, granted …", HelpName = "S" };
    private readonly Option<string?> _light = new("--light") { Description = "时限颜色 Clock: green, amber, red", HelpName = "C" };
    private readonly Option<bool> _all = new("--all") { Description = "含已办结的 Closed ones, too" };
    private readonly Listing _listing;

    public ShareListCommand(Runner runner)
        : base("list", "列出共享申请,最新在前 List share requests, newest first")
    {
        Add(_asker);
        Add(_provider);
        Add(_type);
        Add(_state);
        Add(_light);
        Add(_all);
        _listing = new Listing(this);
        _state.AcceptOnlyFromAmong("submitted", "papers", "granted", "delivered", "refused", "withdrawn");
        _light.AcceptOnlyFromAmong("green", "amber", "red");
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var filter = new ListShareRequestsRequest
        {
            Asker = invocation.Get(_asker) ?? "",
            Provider = invocation.Get(_provider) ?? "",
            Type = invocation.Get(_type) ?? "",
            State = invocation.Get(_state) is { } state ? Enum.Parse<ShareState>(state, ignoreCase: true) : ShareState.Unspecified,
            Light = invocation.Get(_light) is { } light ? Enum.Parse<FindingLight>(light, ignoreCase: true) : FindingLight.Unspecified,
            WithClosed = invocation.Get(_all),
        };
        return await _listing.ShowAsync(
            invocation,
            size =>
            {
                filter.PageSize = size;
                return client.ListShareRequestsAsync(filter, cancellationToken);
            },
            Screen.Table("编号 Id", "状态 State", "时限 Clock", "期限 Due", "申请方 Asker", "提供方 Provider", "数据 Dataset", "共享属性 Share", "场景 Purpose"),
            (table, request) => table.Row(
                request.Id.ToString(CultureInfo.InvariantCulture),
                ShareText.Of(request.State),
                FindingText.Of(request.Light),
                request.DeliveryDueOn.Length > 0 ? request.DeliveryDueOn : request.AnswerDueOn,
                request.Asker,
                request.Provider,
                request.Type,
                ShareText.Of(request.Share),
                request.Purpose),
            cancellationToken);
    }
}
