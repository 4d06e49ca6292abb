using HubExchange.Server.Storage;

namespace HubExchange.Server.Reconciliation;

/// <summary>The statements of reconciliation that depend on the table of a type.</summary>
internal sealed class HeldStatements
{
    public HeldStatements(EntityTable table)
    {
        Columns = table.Columns;
        var current = table.Table;
        var version = table.VersionTable;

        Scan = $"select hub_key, hub_hash, hub_revision, hub_effective_from from {current} where hub_source = $1 and not hub_deleted";

        // Index: primary key (hub_key, hub_source).
        Page =
            $"""
            select hub_key, hub_hash, hub_revision, hub_effective_from, hub_payload
            from {current}
            where hub_source = $1 and not hub_deleted and hub_key > $2
            order by hub_key
            limit $3
            """;

        // Rows whose columns are not those of their payload.
        var names = string.Join(", ", table.Columns.Select(column => column.QuotedName));
        var arrays = string.Join(", ", table.Columns.Select((column, index) => $"${index + 3}::{column.BatchArrayType}"));
        FindAltered =
            $"""
            select i.number
            from unnest($1::text[], {arrays}) with ordinality as i (hub_key, {names}, number)
            join {current} r on r.hub_key = i.hub_key and r.hub_source = $2
            where ({string.Join(", ", table.Columns.Select(column => $"r.{column.QuotedName}"))})
              is distinct from ({string.Join(", ", table.Columns.Select(column => column.Select("i")))})
            """;

        // What the current table has of keys.
        Find =
            $"""
            select hub_key, hub_hash, hub_revision, hub_deleted
            from {current}
            where hub_source = $1 and hub_key = any($2)
            """;

        // Keys that are as the taking back of a repair left them. Index reconciliation_difference_undone, primary keys.
        FindUndone =
            $"""
            select distinct d.key
            from hub.reconciliation_difference d
            join hub.reconciliation r on r.id = d.reconciliation_id and r.source = $1 and r.type = $3
            join {current} c on c.hub_key = d.key and c.hub_source = $1 and c.hub_revision = d.undone_revision
            where d.outcome = 'UNDONE' and d.key = any($2)
            """;

        // A hash that no content has, so that the source's record is a new version and not an unchanged one.
        Distrust =
            $"""
            update {current} r
            set hub_hash = decode(repeat('00', 16), 'hex')
            from unnest($2::text[], $3::bigint[]) as k (key, revision)
            where r.hub_key = k.key and r.hub_source = $1 and r.hub_revision = k.revision
            """;

        // Where a current row was removed by hand, the version before it becomes current again, and is distrusted: numbering goes on from it.
        var columns = table.ColumnList();
        Reinstate =
            $"""
            with latest as (
              select v.hub_key, max(v.hub_revision) as revision
              from {version} v
              where v.hub_source = $1 and v.hub_key = any($2)
                and not exists (select from {current} r where r.hub_key = v.hub_key and r.hub_source = v.hub_source)
              group by v.hub_key
            ), taken as (
              delete from {version} v
              using latest l
              where v.hub_key = l.hub_key and v.hub_source = $1 and v.hub_revision = l.revision
              returning {table.ColumnList("v.")}
            ), back as (
              insert into {current} ({columns})
              select {columns} from taken
              returning hub_key, hub_source
            )
            select hub_key from back
            """;
        FindVersions =
            $"""
            select k.key, v.hub_payload, v.hub_deleted
            from unnest($2::text[], $3::bigint[]) as k (key, revision)
            join (
              select hub_key, hub_source, hub_revision, hub_payload, hub_deleted from {version}
              union all
              select hub_key, hub_source, hub_revision, hub_payload, hub_deleted from {current}
            ) v on v.hub_key = k.key and v.hub_source = $1 and v.hub_revision = k.revision
            """;
    }

    public IReadOnlyList<EntityColumn> Columns { get; }

    public string Scan { get; }

    public string Page { get; }

    public string FindAltered { get; }

    public string Find { get; }

    public string FindUndone { get; }

    public string Distrust { get; }

    public string Reinstate { get; }

    public string FindVersions { get; }
}
