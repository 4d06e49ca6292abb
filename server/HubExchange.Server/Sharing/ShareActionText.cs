using HubExchange.V1;

namespace HubExchange.Server.Sharing;

/// <summary>Actions in the words of those who deal with share requests.</summary>
internal static class ShareActionText
{
    public static string Of(ShareAction action) => action switch
    {
        ShareAction.Submit => "提出",
        ShareAction.AskPapers => "一次性告知补正",
        ShareAction.SupplyPapers => "补正",
        ShareAction.Grant => "同意",
        ShareAction.Refuse => "不同意",
        ShareAction.Extend => "经主管部门同意延期答复",
        ShareAction.Withdraw => "撤回",
        ShareAction.Deliver => "已提供数据",
        ShareAction.Overdue => "超期",
        _ => "有变化",
    };
}
