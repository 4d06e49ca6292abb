using System.Globalization;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Identity;

/// <summary>What a request must look like before anything is looked up. All problems of a request are reported together.</summary>
internal static class IdentityRequests
{
    private const int MaxText = 64;
    private const int MaxValidDays = 825;
    private const int MaxValidHours = 720;

    public static void Check(EnrollNodeRequest request) => RequestRules.Ensure(
    [
        .. RequestRules.Text("node", request.Node, MaxText),
        .. RequestRules.Text("csr_pem", request.CsrPem, SigningRequest.MaxLength, allowLines: true),
        .. Number("valid_days", request.ValidDays, MaxValidDays),
    ]);

    public static void Check(RevokeNodeRequest request) => RequestRules.Ensure(
    [
        .. RequestRules.Text("node", request.Node, MaxText),
        .. RequestRules.Reason(request.Reason),
    ]);

    public static void Check(RevokeTokenRequest request) => RequestRules.Ensure([.. RequestRules.Text("id", request.Id, MaxText)]);

    public static void Check(IssueTokenRequest request)
    {
        List<FieldProblem> problems =
        [
            .. RequestRules.Text("subject", request.Subject, MaxText),
            .. Number("valid_hours", request.ValidHours, MaxValidHours),
        ];
        var isKnown = Roles.OfPeople.Contains(request.Role);
        var roles = string.Join(", ", Roles.OfPeople);
        if (!isKnown && problems.Count == 0)
        {
            throw HubErrors.Of(ErrorReason.RoleUnknown, ("role", request.Role), ("roles", roles));
        }

        if (!isKnown)
        {
            problems.Add(new FieldProblem("role", $"须为以下之一:{roles}", $"must be one of {roles}"));
        }
        else if (Roles.NeedsNode(request.Role))
        {
            problems.AddRange(RequestRules.Text("node", request.Node, MaxText));
        }
        else if (request.Node.Length > 0)
        {
            problems.Add(new FieldProblem("node", $"角色 {request.Role} 不属于任何节点,须留空", $"role {request.Role} has no node, leave it empty"));
        }

        RequestRules.Ensure(problems);
    }

    private static IEnumerable<FieldProblem> Number(string field, int value, int max)
    {
        if (value < 0 || value > max)
        {
            var limit = max.ToString(CultureInfo.InvariantCulture);
            yield return new FieldProblem(field, $"须为 1 至 {limit},0 表示默认值", $"must be 1 to {limit}, or 0 for the default");
        }
    }
}
