using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Signals;
using HubExchange.V1;

namespace HubExchange.Server.Ingestion;

/// <summary>
/// Saves a record that somebody of the bureau edits through a call of its own, such as a layout, the way every record gets into the hub:
/// checked by the same rules, with versions, consolidation and feed, as the node of the operator, which has authority over such types.
/// </summary>
internal sealed class OperatorWriter(ChangeReader reader, FrameWriter writer, HubIdentity identity, DiskWatch disk)
{
    /// <summary>Says everything that is wrong with a change.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="change">The change.</param>
    /// <param name="fieldOf">Turns the path of a field of the record into that of the request.</param>
    /// <param name="problems">What is wrong beyond the rules of the contract.</param>
    /// <exception cref="Grpc.Core.RpcException">REQUEST_INVALID with every problem.</exception>
    public IncomingChange Check(EntityType type, Change change, Func<string, string> fieldOf, IEnumerable<FieldProblem> problems)
    {
        var read = reader.Read(type, [change])[0];
        var all = ProblemsOf(read.Violations.Where(violation => violation.Severity == Severity.Error), fieldOf).Concat(problems).ToArray();
        return all.Length == 0 ? read : throw HubErrors.InvalidRequest(all);
    }

    /// <summary>Checks and saves a change. When it returns the change is on disk.</summary>
    /// <exception cref="Grpc.Core.RpcException">REQUEST_INVALID with every problem; what pushes are refused for.</exception>
    public async Task<PushCounts> SaveAsync(
        EntityType type,
        Change change,
        Caller caller,
        Func<string, string> fieldOf,
        IEnumerable<FieldProblem> problems,
        CancellationToken cancellationToken)
    {
        disk.EnsureSpace();
        var read = Check(type, change, fieldOf, problems);
        var source = caller with { Node = identity.Options.OperatorNode, Kind = NodeKind.Center };
        var result = await writer.WriteAsync(1, () => new FrameWrite(type, source, null, 0, [], [read]), cancellationToken);
        return result.Rejected.Count == 0
            ? result.Counts
            : throw HubErrors.InvalidRequest([.. ProblemsOf(result.Rejected.SelectMany(rejected => rejected.Violations), fieldOf)]);
    }

    private static IEnumerable<FieldProblem> ProblemsOf(IEnumerable<Violation> violations, Func<string, string> fieldOf) =>
        violations.Select(violation => new FieldProblem(fieldOf(violation.Field), violation.MessageZh, violation.MessageEn));
}
