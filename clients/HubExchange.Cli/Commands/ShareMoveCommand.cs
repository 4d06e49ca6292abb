using System.CommandLine;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl share move ID ACTION</c></summary>
internal sealed class ShareMoveCommand : Command
{
    // What callers may do, as it is typed.
    private static readonly Dictionary<string, ShareAction> Actions = new()
    {
        ["ask-papers"] = ShareAction.AskPapers,
        ["supply-papers"] = ShareAction.SupplyPapers,
        ["grant"] = ShareAction.Grant,
        ["refuse"] = ShareAction.Refuse,
        ["extend"] = ShareAction.Extend,
        ["withdraw"] = ShareAction.Withdraw,
        ["deliver"] = ShareAction.Deliver,
    };

    private readonly Argument<long> _id = new("ID") { Description = "编号 Number" };
    private readonly Argument<string> _action = new("ACTION")
    {
        Description = "一次性告知补正 ask-papers, 补正 supply-papers, 同意 grant, 不同意 refuse, 延期答复 extend, 撤回 withdraw, 已提供 deliver",
    };

    private readonly Option<string?> _reason = new("--reason") { Description = "理由 Why", HelpName = "TEXT" };
    private readonly Option<string[]> _papers = new("--paper")
    {
        Description = "缺少的材料,须一次列全 Papers that are missing, all of them, for ask-papers",
        HelpName = "TEXT",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int> _days = new("--days") { Description = "延长的工作日数 Working days, for extend", HelpName = "N" };
    private readonly Option<string?> _consentedBy = new("--consented-by") { Description = "主管部门同意人 Who consented at the office, for extend", HelpName = "NAME" };
    private readonly Option<string?> _consentedOn = new("--consented-on") { Description = "同意日期 Day of the consent, for extend", HelpName = "YYYY-MM-DD" };
    private readonly Option<string?> _document = new("--document") { Description = "同意文号 Number of its document, for extend", HelpName = "NO" };

    public ShareMoveCommand(Runner runner)
        : base("move", "办理一份共享申请 Move a share request on")
    {
        Add(_id);
        Add(_action);
        Add(_reason);
        Add(_papers);
        Add(_days);
        Add(_consentedBy);
        Add(_consentedOn);
        Add(_document);
        _action.AcceptOnlyFromAmong([.. Actions.Keys]);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForWriting();
        var action = Actions[invocation.Get(_action)];
        var request = new MoveShareRequestRequest
        {
            Id = invocation.Get(_id),
            Action = action,
            Reason = invocation.Get(_reason) ?? "",
            Papers = { invocation.Get(_papers) ?? [] },
            Extension = action != ShareAction.Extend ? null : new ShareExtension
            {
                Days = invocation.Get(_days),
                ConsentedBy = invocation.Get(_consentedBy) ?? "",
                ConsentedOn = invocation.Get(_consentedOn) ?? "",
                DocumentNumber = invocation.Get(_document) ?? "",
            },
        };
        ShareText.ShowMoved(invocation.Screen, await client.MoveShareRequestAsync(request, cancellationToken));
        return ExitCode.Ok;
    }
}
