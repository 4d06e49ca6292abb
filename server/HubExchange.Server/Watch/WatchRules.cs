using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Watch;

/// <summary>What a request to watch must be.</summary>
internal static class WatchRules
{
    /// <summary>Checks what can be told from the request alone.</summary>
    /// <exception cref="Grpc.Core.RpcException">REQUEST_INVALID with every problem.</exception>
    public static void Check(WatchRecordsRequest request)
    {
        var problems = new List<FieldProblem>();
        if (request.HasAfter && request.After < 0)
        {
            problems.Add(new FieldProblem("after", "不能为负数", "must not be negative"));
        }

        if (request.HasAfter && request.Start != WatchStart.Unspecified)
        {
            problems.Add(new FieldProblem("after", "不能与 start 同时使用", "not together with start"));
        }

        if (request.ResumeToken.Length > 0 && (request.HasAfter || request.Start != WatchStart.Unspecified))
        {
            problems.Add(new FieldProblem("resume_token", "不能与 after 或 start 同时使用", "not together with after or start"));
        }

        if (request.Start > WatchStart.State)
        {
            problems.Add(new FieldProblem("start", "没有这种起点,可用 NOW、STATE", "no such start; NOW and STATE are"));
        }

        foreach (var (field, value) in new[] { ("source", request.Source), ("reporting_unit", request.ReportingUnit), ("zone", request.Zone) })
        {
            if (value.Contains('\0', StringComparison.Ordinal))
            {
                problems.Add(new FieldProblem(field, "不允许空字符", "must not contain U+0000"));
            }
        }

        if (problems.Count > 0)
        {
            throw HubErrors.InvalidRequest([.. problems]);
        }
    }

    /// <summary>Checks that the place is there: a wrong one would be silent for ever.</summary>
    /// <exception cref="Grpc.Core.RpcException">REQUEST_INVALID.</exception>
    public static void CheckPlace(WatchedPlace place)
    {
        if (place.Unit.Length > 0 && !place.Book.KnownUnits.Contains(place.Unit))
        {
            throw HubErrors.InvalidRequest(new FieldProblem(
                "reporting_unit", $"没有统计单元 {place.Unit}", $"there is no reporting unit {place.Unit}"));
        }

        if (place.Zone.Length > 0 && !place.Book.KnownZones.Contains(place.Zone))
        {
            throw HubErrors.InvalidRequest(new FieldProblem("zone", $"没有园区 {place.Zone}", $"there is no zone {place.Zone}"));
        }
    }
}
