using System.Globalization;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Quarantine;

/// <summary>What a request must look like before anything is looked up.</summary>
internal static class QuarantineRequests
{
    /// <summary>Most changes that are closed or replayed in a call.</summary>
    public const int MaxIds = 1000;

    public static void Check(DiscardQuarantinedRecordsRequest request)
    {
        List<FieldProblem> problems = [.. TooMany(request.Ids.Count)];
        if (request.Ids.Count == 0)
        {
            problems.Add(new FieldProblem("ids", "必填", "is required"));
        }

        RequestRules.Ensure([.. problems, .. RequestRules.Reason(request.Reason)]);
    }

    public static void Check(ReplayQuarantinedRecordsRequest request)
    {
        List<FieldProblem> problems = [.. TooMany(request.Ids.Count)];
        var hasFilter = (request.Source + request.Type + request.Rule).Length > 0;
        if (request.Ids.Count > 0 == hasFilter)
        {
            problems.Add(new FieldProblem(
                "ids", "须给出编号,或 source、type、rule 中至少一项,不能兼有", "give numbers, or at least one of source, type and rule, but not both"));
        }

        RequestRules.Ensure(problems);
    }

    private static IEnumerable<FieldProblem> TooMany(int ids)
    {
        if (ids > MaxIds)
        {
            var max = MaxIds.ToString(CultureInfo.InvariantCulture);
            yield return new FieldProblem("ids", $"最多 {max} 个", $"holds more than {max}");
        }
    }
}
