using Dapper;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Identity;

/// <summary>
/// Which nodes there are and of which kind, from the records of type <c>hub.node</c>. The node of the operator is always one: it pushes
/// those records in the first place.
/// </summary>
internal sealed class NodeRegister(HubIdentity identity, NpgsqlDataSource dataSource)
{
    private static readonly string FindNodeSql = SqlFiles.Read("Identity/FindNode.sql");

    private readonly RecentValues<string, NodeKind?> _recent =
        new(identity.Options.TrustPeriod, identity.Options.RememberedCallers, identity.Time);

    /// <summary>Kind of a node, unspecified when it is not registered. May be as old as the trust period.</summary>
    public async ValueTask<NodeKind> KindOfAsync(string node, CancellationToken cancellationToken) =>
        await _recent.GetAsync(node, FindKindAsync, cancellationToken) ?? NodeKind.Unspecified;

    /// <summary>Whether a node is registered, as of now.</summary>
    public async Task<bool> ContainsAsync(string node, CancellationToken cancellationToken) =>
        await FindKindAsync(node, cancellationToken) is not null;

    private async Task<NodeKind?> FindKindAsync(string node, CancellationToken cancellationToken)
    {
        if (node == identity.Options.OperatorNode)
        {
            return NodeKind.Center;
        }

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var code = await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
            FindNodeSql, new { node }, cancellationToken: cancellationToken));
        return code is null ? null : NodeKinds.Of(code);
    }
}
