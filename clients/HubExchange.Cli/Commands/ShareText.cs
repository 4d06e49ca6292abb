using System.Globalization;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary>How share requests are shown.</summary>
internal static class ShareText
{
    public static string Of(ShareState state) => state switch
    {
        ShareState.Submitted => "待答复 submitted",
        ShareState.Papers => "待补正 papers",
        ShareState.Granted => "同意 granted",
        ShareState.Delivered => "已提供 delivered",
        ShareState.Refused => "不同意 refused",
        ShareState.Withdrawn => "撤回 withdrawn",
        _ => "",
    };

    public static string Of(ShareType share) => share == ShareType.Conditional ? "有条件 conditional" : "无条件 unconditional";

    /// <summary>Shows a request in one line, after it was made or moved on.</summary>
    public static void ShowMoved(Screen screen, ShareRequest request)
    {
        if (screen.IsJson)
        {
            screen.Json(request);
        }
        else
        {
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"{request.Id}  {Of(request.State)}  {Term(request)}").TrimEnd());
        }
    }

    /// <summary>Shows one request with its history.</summary>
    public static void Show(Screen screen, GetShareRequestResponse response)
    {
        if (screen.IsJson)
        {
            screen.Json(response);
            return;
        }

        var request = response.ShareRequest;
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"{request.Id}  {Of(request.State)}  {FindingText.Of(request.Light)}").TrimEnd());
        screen.Line($"申请方 asker {request.Asker}({request.Person})  提供方 provider {request.Provider}");
        screen.Line($"数据 dataset {request.Type} {string.Join(", ", request.Fields)}".TrimEnd() + $"  {Of(request.Share)}  {Of(request.Way)}");
        screen.Line($"依据 basis {request.Basis}");
        screen.Line($"场景 purpose {request.Purpose}");
        screen.Line($"范围 scope {request.Scope}  时限 until {request.UseUntil}");
        screen.Line(Term(request));
        foreach (var paper in request.Papers)
        {
            screen.Line($"需补正 paper {paper}");
        }

        if (request.Extension is { } extension)
        {
            screen.Line(
                $"延期 extended {extension.Days} 个工作日 working days  同意 consented {extension.ConsentedBy} {extension.ConsentedOn} {extension.DocumentNumber}");
        }

        var history = Screen.Table("时间 At", "办理人 By", "操作 Action", "之后 State", "答复期限 Answer due", "理由 Reason");
        foreach (var step in response.Events)
        {
            history.Row(TimeText.Of(step.At), step.By, Of(step.Action), Of(step.To), step.After.AnswerDueOn, step.Reason);
        }

        screen.Show(history);
    }

    private static string Of(ShareWay way) => way switch
    {
        ShareWay.Service => "服务接口 service",
        ShareWay.Batch => "批量交换 batch",
        ShareWay.File => "文件下载 file",
        _ => "",
    };

    private static string Of(ShareAction action) => action switch
    {
        ShareAction.Submit => "提出 submit",
        ShareAction.AskPapers => "一次性告知补正 ask-papers",
        ShareAction.SupplyPapers => "补正 supply-papers",
        ShareAction.Grant => "同意 grant",
        ShareAction.Refuse => "不同意 refuse",
        ShareAction.Extend => "延期答复 extend",
        ShareAction.Withdraw => "撤回 withdraw",
        ShareAction.Deliver => "已提供 deliver",
        ShareAction.Overdue => "超期 overdue",
        _ => action.ToString(),
    };

    // The terms of a request, as far as there are any.
    private static string Term(ShareRequest request) => string.Join("  ", new[]
    {
        ("收到 received", request.ReceivedOn),
        ("答复期限 answer due", request.AnswerDueOn),
        ("等待补正,停钟自 papers are waited for, clock stopped on", request.PausedOn),
        ("已答复 answered", request.AnsweredOn),
        ("提供期限 delivery due", request.DeliveryDueOn),
        ("已提供 delivered", request.DeliveredOn),
        ("超期 overdue", request.OverdueOn),
    }.Where(part => part.Item2.Length > 0).Select(part => $"{part.Item1} {part.Item2}"));
}
