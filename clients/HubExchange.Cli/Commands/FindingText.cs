using System.Globalization;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary>How findings are shown.</summary>
internal static class FindingText
{
    public static string Of(FindingState state) => state switch
    {
        FindingState.Raised => "提出 raised",
        FindingState.Routed => "转办 routed",
        FindingState.Accepted => "受理 accepted",
        FindingState.Verifying => "核实 verifying",
        FindingState.Corrected => "更正 corrected",
        FindingState.ConfirmedCorrect => "核实无误 confirmed correct",
        FindingState.Rejected => "不予受理 rejected",
        FindingState.FedBack => "反馈 fed back",
        FindingState.Disputed => "争议 disputed",
        FindingState.Coordinated => "协调 coordinated",
        FindingState.Closed => "关闭 closed",
        _ => "",
    };

    public static string Of(FindingLight light) => light switch
    {
        FindingLight.Green => "绿 green",
        FindingLight.Amber => "黄 amber",
        FindingLight.Red => "红 red",
        _ => "",
    };

    public static string Of(FindingAction action) => action switch
    {
        FindingAction.Raise => "提出 raise",
        FindingAction.Route => "转办 route",
        FindingAction.Accept => "受理 accept",
        FindingAction.Reject => "不予受理 reject",
        FindingAction.Verify => "核实 verify",
        FindingAction.Ask => "请提出方补充 ask",
        FindingAction.Answer => "补充 answer",
        FindingAction.Correct => "更正 correct",
        FindingAction.ConfirmCorrect => "核实无误 confirm-correct",
        FindingAction.FeedBack => "反馈 feed-back",
        FindingAction.Close => "关闭 close",
        FindingAction.Dispute => "争议 dispute",
        FindingAction.Coordinate => "协调 coordinate",
        FindingAction.Reopen => "重新提出 reopen",
        FindingAction.Supervise => "督办 supervise",
        FindingAction.Resolve => "原因消失 resolve",
        FindingAction.Update => "证据或期限有变 update",
        _ => action.ToString(),
    };

    /// <summary>The term of a finding, as far as there is one.</summary>
    public static string Term(Finding finding) => string.Join("  ", new[]
    {
        ("收到 received", finding.ReceivedOn),
        ("黄 amber", finding.AmberOn),
        ("期限 due", finding.DueOn),
        ("等待提出方补充,停钟自 the raiser is asked, clock stopped on", finding.PausedOn),
        ("督办 order", $"{finding.SupervisionOrder} {finding.OrderedOn}".Trim()),
    }.Where(part => part.Item2.Length > 0).Select(part => $"{part.Item1} {part.Item2}"));

    /// <summary>Shows one finding with its evidence and history.</summary>
    public static void Show(Screen screen, GetFindingResponse response)
    {
        if (screen.IsJson)
        {
            screen.Json(response);
            return;
        }

        var finding = response.Finding;
        screen.Line(string.Create(
            CultureInfo.InvariantCulture, $"{finding.Id}  {finding.Rule}  {Of(finding.State)}  {Of(finding.Light)}  责任单位 owner {finding.Owner}"));
        screen.Line($"{finding.Zh} {finding.En}");
        screen.Line($"{finding.Type} {finding.Key} {finding.Field}  实际 observed {finding.Observed}  应为 expected {finding.Expected}");
        if (Term(finding) is { Length: > 0 } term)
        {
            screen.Line(term);
        }

        var evidence = Screen.Table("来源 Source", "取值 Value", "版本 Revision", "入库时间 Recorded", "说明 Note");
        foreach (var said in finding.Evidence)
        {
            evidence.Row(said.Source, said.Value, said.Revision.ToString(CultureInfo.InvariantCulture), TimeText.Of(said.RecordedAt), said.Note);
        }

        screen.Show(evidence);
        var history = Screen.Table("时间 At", "办理人 By", "操作 Action", "之后 State", "期限 Due", "理由 Reason");
        foreach (var step in response.Events)
        {
            history.Row(TimeText.Of(step.At), step.By, Of(step.Action), Of(step.To), step.DueOn, step.Reason);
        }

        screen.Show(history);
        if (response.Holders.Count == 0)
        {
            return;
        }

        screen.Line("持有更正前版本的单位 Holders of versions before the correction");
        var holders = Screen.Table("持有方 Holder", "来源 Source", "版本 Revision", "最近送达 Last", "更正 Correction");
        foreach (var holder in response.Holders)
        {
            holders.Row(
                holder.Receiver,
                holder.Source,
                holder.Revision.ToString(CultureInfo.InvariantCulture),
                TimeText.Of(holder.LastDeliveredAt),
                holder.LaterDeliveredAt is { } later ? $"已送达 {TimeText.Of(later)}" : "未送达 not yet");
        }

        screen.Show(holders);
    }
}
