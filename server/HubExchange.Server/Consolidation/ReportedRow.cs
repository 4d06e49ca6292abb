using HubExchange.Server.Identity;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Consolidation;

/// <summary>A version of a key from one source, or of the hub's own record.</summary>
/// <param name="Key">The key.</param>
/// <param name="Source">The node, or <see cref="EntityTable.HubSource"/>.</param>
/// <param name="Kind">Kind of the node.</param>
/// <param name="Revision">Number of the version.</param>
/// <param name="EffectiveFrom">Business date from which it holds.</param>
/// <param name="Hash">Canonical record hash.</param>
/// <param name="IsDeleted">A tombstone.</param>
/// <param name="IsConsolidated">It stands for the key in consolidated views.</param>
/// <param name="Payload">The serialized record.</param>
/// <param name="Provenance">Provenance as stored; only of the hub's own row.</param>
/// <param name="Disputed">Disputed fields as stored; only of the hub's own row.</param>
/// <param name="LastRevision">Highest revision in the history; only of the hub's own current row, null when it has none.</param>
internal sealed record ReportedRow(
    string Key,
    string Source,
    NodeKind Kind,
    long Revision,
    DateOnly EffectiveFrom,
    byte[] Hash,
    bool IsDeleted,
    bool IsConsolidated,
    byte[] Payload,
    string? Provenance,
    string? Disputed,
    long? LastRevision)
{
    public bool IsHubs => Source == EntityTable.HubSource;

    public static ReportedRow Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        NodeKinds.Of(TextOf(row, 2)),
        row.GetInt64(3),
        row.GetFieldValue<DateOnly>(4),
        row.GetFieldValue<byte[]>(5),
        row.GetBoolean(6),
        row.GetBoolean(7),
        row.GetFieldValue<byte[]>(8),
        TextOf(row, 9),
        TextOf(row, 10),
        row.IsDBNull(11) ? null : row.GetInt64(11));

    private static string? TextOf(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
