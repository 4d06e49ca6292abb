using HubExchange.V1;

namespace HubExchange.Server.Findings;

/// <summary>Actions in the words of those who deal with findings.</summary>
internal static class FindingActionText
{
    public static string Of(FindingAction action) => action switch
    {
        FindingAction.Raise => "提出",
        FindingAction.Route => "转办",
        FindingAction.Accept => "受理",
        FindingAction.Reject => "不予受理",
        FindingAction.Verify => "核实",
        FindingAction.Ask => "请提出方补充",
        FindingAction.Answer => "补充",
        FindingAction.Correct => "更正",
        FindingAction.ConfirmCorrect => "核实无误",
        FindingAction.FeedBack => "反馈",
        FindingAction.Close => "关闭",
        FindingAction.Dispute => "争议",
        FindingAction.Coordinate => "协调",
        FindingAction.Reopen => "重新提出",
        FindingAction.Supervise => "下达督办单",
        FindingAction.Resolve => "原因消失",
        FindingAction.Update => "证据或期限有变",
        _ => "有变化",
    };
}
