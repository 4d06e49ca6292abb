using System.CommandLine;
using System.Globalization;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl findings move ID ACTION</c></summary>
internal sealed class FindingMoveCommand : Command
{
    // What callers may do, as it is typed.
    private static readonly Dictionary<string, FindingAction> Actions = new()
    {
        ["route"] = FindingAction.Route,
        ["accept"] = FindingAction.Accept,
        ["reject"] = FindingAction.Reject,
        ["verify"] = FindingAction.Verify,
        ["ask"] = FindingAction.Ask,
        ["answer"] = FindingAction.Answer,
        ["correct"] = FindingAction.Correct,
        ["confirm-correct"] = FindingAction.ConfirmCorrect,
        ["feed-back"] = FindingAction.FeedBack,
        ["close"] = FindingAction.Close,
        ["dispute"] = FindingAction.Dispute,
        ["coordinate"] = FindingAction.Coordinate,
        ["reopen"] = FindingAction.Reopen,
        ["supervise"] = FindingAction.Supervise,
    };

    private readonly Argument<long> _id = new("ID") { Description = "编号 Number" };
    private readonly Argument<string> _action = new("ACTION")
    {
        Description = "转办 route, 受理 accept, 不予受理 reject, 核实 verify, 请补充 ask, 补充 answer, 更正 correct, 核实无误 confirm-correct, " +
            "反馈 feed-back, 关闭 close, 争议 dispute, 协调 coordinate, 重新提出 reopen, 督办 supervise",
    };

    private readonly Option<string?> _reason = new("--reason") { Description = "理由 Why", HelpName = "TEXT" };
    private readonly Option<string?> _owner = new("--owner") { Description = "转办给 New owner", HelpName = "ND" };

    public FindingMoveCommand(Runner runner)
        : base("move", "办理一个问题 Move a finding on")
    {
        Add(_id);
        Add(_action);
        Add(_reason);
        Add(_owner);
        _action.AcceptOnlyFromAmong([.. Actions.Keys]);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForWriting();
        var finding = await client.MoveFindingAsync(
            invocation.Get(_id), Actions[invocation.Get(_action)], invocation.Get(_reason), invocation.Get(_owner), cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(finding);
        }
        else
        {
            invocation.Screen.Line(string.Create(
                CultureInfo.InvariantCulture, $"{finding.Id}  {FindingText.Of(finding.State)}  责任单位 owner {finding.Owner}  {FindingText.Term(finding)}").TrimEnd());
        }

        return ExitCode.Ok;
    }
}
