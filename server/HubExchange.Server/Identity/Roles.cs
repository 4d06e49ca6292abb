using System.Collections.Frozen;

namespace HubExchange.Server.Identity;

/// <summary>
/// What each role may do. System, security and audit administration are separate (三权分立, GB/T 22239): none of the three reads
/// records, and nobody who reads records administers the hub.
/// </summary>
internal static class Roles
{
    public const string Admin = "admin";

    private static readonly string[] OfNode =
    [
        "caller.read", "catalog.read", "delivery.read", "finding.read", "finding.write", "layout.read", "quality.read",
        "quarantine.read", "quarantine.write", "reconciliation.read", "reconciliation.run", "record.push", "record.read",
        "share.read", "share.write", "snapshot.read", "stream.read",
    ];

    private static readonly (string Role, string[] Permissions)[] Table =
    [
        // System administration. Issues tokens, too, because the first administrator has to let the others in.
        (Admin,
        [
            "caller.read", "catalog.read", "job.edit", "job.read", "job.run", "node.enroll", "schema.read", "stream.read", "token.issue",
        ]),
        // Security administration.
        ("security", ["caller.read", "catalog.read", "token.issue"]),
        // Audit administration.
        ("auditor", ["audit.read", "caller.read", "catalog.read", "job.read"]),
        // The science and technology bureau, the one role that sees conditional records and personal data.
        ("bureau",
        [
            "caller.read", "catalog.read", "delivery.read", "finding.decide", "finding.read", "finding.write", "indicator.edit",
            "job.read", "job.run", "layout.read", "layout.write", "quality.read", "quarantine.read", "quarantine.write",
            "reconciliation.decide", "reconciliation.read", "reconciliation.run", "record.read", "record.read.conditional",
            "record.read.personal", "share.consent", "share.read", "share.write", "snapshot.decide", "snapshot.read", "stream.read",
        ]),
        // Someone at a county bureau, with the data of that node.
        ("county", OfNode),
        // Someone at a zone or park committee, with the data of that node.
        ("park", OfNode),
        // A machine with the certificate of a node.
        (Caller.NodeRole, OfNode),
    ];

    private static readonly FrozenDictionary<string, FrozenSet<string>> ByRole =
        Table.ToFrozenDictionary(row => row.Role, row => row.Permissions.ToFrozenSet());

    /// <summary>Roles a token can have.</summary>
    public static IReadOnlyList<string> OfPeople { get; } =
        [.. Table.Select(row => row.Role).Where(role => role != Caller.NodeRole)];

    /// <summary>Every permission that at least one role has.</summary>
    public static FrozenSet<string> GrantedPermissions { get; } = Table.SelectMany(row => row.Permissions).ToFrozenSet();

    /// <summary>Permissions of a role; none for a role that no longer exists.</summary>
    public static FrozenSet<string> PermissionsOf(string role) => ByRole.GetValueOrDefault(role, FrozenSet<string>.Empty);

    /// <summary>Roles that have a permission.</summary>
    public static IEnumerable<string> With(string permission) => Table.Where(row => row.Permissions.Contains(permission)).Select(row => row.Role);

    /// <summary>Whether people of this role work with the data of one node.</summary>
    public static bool NeedsNode(string role) => role is "county" or "park";
}
