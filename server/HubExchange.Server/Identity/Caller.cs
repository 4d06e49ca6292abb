using System.Collections.Frozen;
using HubExchange.V1;

namespace HubExchange.Server.Identity;

/// <summary>Who calls: a node with a certificate or a person with a token.</summary>
/// <param name="Name">Node id or subject of the token.</param>
/// <param name="Role"><c>node</c> or the role of the token.</param>
/// <param name="Node">Node whose data the caller works with; empty for people of the city.</param>
/// <param name="Kind">Kind of that node; unspecified when there is none.</param>
/// <param name="Permissions">What the caller may do.</param>
/// <param name="ExpiresAt">End of validity of the certificate or token.</param>
internal sealed record Caller(
    string Name,
    string Role,
    string Node,
    NodeKind Kind,
    FrozenSet<string> Permissions,
    DateTimeOffset ExpiresAt)
{
    public const string NodeRole = "node";

    /// <summary>Whether this caller has a permission of the contract.</summary>
    public bool May(string permission) => Permissions.Contains(permission);

    /// <summary>
    /// Of which source the caller is told when asking for one: people of the city of any, everybody else of the own node alone.
    /// </summary>
    /// <param name="requested">The source asked for; empty means all that the caller may see.</param>
    /// <returns>The source; empty means all, null that the caller may see nothing of what is asked for.</returns>
    public string? VisibleSource(string requested) =>
        Node.Length == 0 ? requested : requested.Length == 0 || requested == Node ? Node : null;
}
