using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Snapshots;

/// <summary>What a request must look like before anything is looked up.</summary>
internal static class SnapshotRequests
{
    public static void Check(ApproveSnapshotRequest request) => RequestRules.Ensure(RequestRules.Reason(request.Reason, isRequired: false));

    public static void Check(RejectSnapshotRequest request) => RequestRules.Ensure(RequestRules.Reason(request.Reason));

    /// <summary>A state that a filter may name.</summary>
    public static void CheckFilter(SnapshotState state)
    {
        if (!Enum.IsDefined(state))
        {
            throw HubErrors.InvalidRequest(new FieldProblem("state", "没有这种状态", "there is no such state"));
        }
    }
}
