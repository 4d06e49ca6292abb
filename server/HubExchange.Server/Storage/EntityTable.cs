using System.Collections.Frozen;
using HubExchange.Contracts.Entities;

namespace HubExchange.Server.Storage;

/// <summary>
/// The tables of an entity type, derived from its contract: one with the version of each (key, source) that is current, one with the
/// versions that were superseded or came back-dated.
/// </summary>
internal sealed class EntityTable
{
    /// <summary>Schema of the hub's own tables and types.</summary>
    public const string HubSchema = "hub";

    /// <summary>Source of the records the hub itself consolidates from those of several nodes. No node id looks like this.</summary>
    public const string HubSource = "HUB";

    /// <summary>The type of the organisations that other records name, and that place them.</summary>
    public const string OrganizationType = "enterprise.organization";

    private const string VersionSuffix = "_version";

    private readonly FrozenDictionary<string, EntityColumn> _byName;

    public EntityTable(EntityType type)
    {
        var dot = type.Id.IndexOf('.', StringComparison.Ordinal);
        Type = type;
        Schema = type.Id[..dot];
        Name = type.Id[(dot + 1)..];
        VersionName = Name + VersionSuffix;
        Columns = [.. type.Fields.Select(field => new EntityColumn(field))];
        _byName = Columns.ToFrozenDictionary(column => column.Name);
        Table = $"\"{Schema}\".\"{Name}\"";
        VersionTable = $"\"{Schema}\".\"{VersionName}\"";
    }

    /// <summary>The type.</summary>
    public EntityType Type { get; }

    /// <summary>Schema: the system of the type.</summary>
    public string Schema { get; }

    /// <summary>Name of the current table without quotes.</summary>
    public string Name { get; }

    /// <summary>Name of the version table without quotes.</summary>
    public string VersionName { get; }

    /// <summary>The current table for a statement, e.g. <c>"enterprise"."organization"</c>.</summary>
    public string Table { get; }

    /// <summary>The version table for a statement, e.g. <c>"enterprise"."organization_version"</c>.</summary>
    public string VersionTable { get; }

    /// <summary>The columns of the contract in the order of the field numbers.</summary>
    public IReadOnlyList<EntityColumn> Columns { get; }

    /// <summary>The hub's own columns of both tables.</summary>
    public static IReadOnlyList<EnvelopeColumn> Envelope => EnvelopeColumn.All;

    /// <summary>Returns the column of a field, or null.</summary>
    public EntityColumn? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Every column of the current table for a statement: the envelope, then the contract.</summary>
    /// <param name="alias">Alias of the table with its point, e.g. <c>t.</c>, or empty.</param>
    public string ColumnList(string alias = "") => string.Join(
        ", ",
        Envelope.Select(column => alias + column.Name).Concat(Columns.Select(column => alias + column.QuotedName)));

    /// <summary>The columns that place a record and are searched by: its organisation and its reporting unit.</summary>
    public IEnumerable<EntityColumn> PlacementColumns =>
        Type.Options.Placement is { } placement
            ? new[] { placement.Organization, placement.ReportingUnit }.Where(name => name.Length > 0).Select(name => _byName[name])
            : [];

    /// <summary>The columns that hold keys of organisations.</summary>
    public IEnumerable<EntityColumn> OrganizationColumns => Columns.Where(column => column.Field.Options.Reference == OrganizationType);

    /// <inheritdoc />
    public override string ToString() => Table;
}
