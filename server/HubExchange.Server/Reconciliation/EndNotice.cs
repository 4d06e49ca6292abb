using System.Globalization;
using HubExchange.V1;

namespace HubExchange.Server.Reconciliation;

/// <summary>What a source is told when a reconciliation has ended.</summary>
internal static class EndNotice
{
    public static Notice Of(V1.Reconciliation run)
    {
        var id = run.Id.ToString(CultureInfo.InvariantCulture);
        var (byZh, byEn) = run.DecidedBy.Length > 0 ? ("经批准,", "approved; ") : ("", "");
        var (zh, en) = run.State switch
        {
            ReconciliationState.Equal => ("双方一致,可下载证书。", "both sides are equal, and there is a certificate."),
            ReconciliationState.Mended => ($"修复 {run.Mended} 条后双方一致,可下载证书。", $"both sides are equal after {run.Mended} repairs, and there is a certificate."),
            ReconciliationState.Waiting => ($"删除、分叉或曾被撤销的修复待科技局审批(hubctl reconcile approve {id})。", $"deletions, forks or repairs that were taken back before wait for the bureau's approval (hubctl reconcile approve {id})."),
            ReconciliationState.Different => ($"双方仍有差异,请查看差异清单(hubctl reconcile show {id})。", $"both sides still differ; see the list of differences (hubctl reconcile show {id})."),
            ReconciliationState.Listed => ("差异已列出,未作修复。", "the differences are listed, nothing was mended."),
            _ => ($"未能完成:{run.Failure}", $"it failed: {run.Failure}"),
        };
        return new Notice
        {
            ReconciliationId = run.Id,
            Kind = NoticeKind.ReconciliationEnded,
            Type = run.Type,
            MessageZh = $"{run.Type} 的对账 {id}:{byZh}{zh}",
            MessageEn = $"Reconciliation {id} of {run.Type}: {byEn}{en}",
        };
    }
}
