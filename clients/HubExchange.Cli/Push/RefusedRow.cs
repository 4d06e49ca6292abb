using HubExchange.Client.Push;
using HubExchange.V1;

namespace HubExchange.Cli.Push;

/// <summary>A row that the hub refused.</summary>
internal sealed record RefusedRow(FilePush Push, int Line, RejectedRecord Rejected)
{
    public IEnumerable<Violation> Violations => Rejected.Change.Violations.Where(violation => violation.Severity != Severity.Warning);
}
