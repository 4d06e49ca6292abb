using System.Globalization;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Snapshots;

/// <summary>What a request must look like before anything is looked up.</summary>
internal static class SnapshotRequests
{
    private const int MaxReason = 200;

    public static void Check(ApproveSnapshotRequest request) => Demand(ProblemsOf(request.Reason));

    public static void Check(RejectSnapshotRequest request) => Demand(string.IsNullOrWhiteSpace(request.Reason)
        ? [new FieldProblem("reason", "必填", "is required")]
        : ProblemsOf(request.Reason));

    /// <summary>A state that a filter may name.</summary>
    public static void CheckFilter(SnapshotState state)
    {
        if (!Enum.IsDefined(state))
        {
            throw HubErrors.InvalidRequest(new FieldProblem("state", "没有这种状态", "there is no such state"));
        }
    }

    private static IEnumerable<FieldProblem> ProblemsOf(string reason)
    {
        if (reason.Length > MaxReason)
        {
            var max = MaxReason.ToString(CultureInfo.InvariantCulture);
            yield return new FieldProblem("reason", $"最多 {max} 个字符", $"has more than {max} characters");
        }
        else if (reason.Any(char.IsControl))
        {
            yield return new FieldProblem("reason", "不得含有换行等控制字符", "holds line breaks or other control characters");
        }
    }

    private static void Demand(IEnumerable<FieldProblem> problems)
    {
        if (problems.ToArray() is { Length: > 0 } found)
        {
            throw HubErrors.InvalidRequest(found);
        }
    }
}
