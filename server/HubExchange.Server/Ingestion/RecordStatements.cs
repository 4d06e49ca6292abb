using HubExchange.Server.Storage;

namespace HubExchange.Server.Ingestion;

/// <summary>The statements that write records of one entity type, built from its table once.</summary>
internal sealed class RecordStatements
{
    /// <summary>Number of the first parameter that holds a column of the contract.</summary>
    private const int FirstColumnParameter = 14;

    public RecordStatements(EntityTable table)
    {
        var version = table.VersionTable;
        var current = table.Table;
        Columns = table.Columns;
        States = [.. table.Columns.Where(column => column.Field is { Codes.IsLifeCycle: true, IsList: false })];
        var stateList = string.Concat(States.Select(state => $", r.{state.QuotedName}"));

        // What the hub knows of the keys, from every source. The history is looked at only where something changed, and only for back-dated
        // versions. Indexes: primary key (hub_key, hub_source) of the table, back_dated of its history.
        Find =
            $"""
            select k.number, r.hub_source = k.source, r.hub_hash = k.hash, r.hub_deleted, r.hub_effective_from, r.hub_revision,
              case when r.hub_source <> k.source or r.hub_hash = k.hash then r.hub_revision
              else greatest(r.hub_revision, (
                select max(v.hub_revision) from {version} v
                where v.hub_key = r.hub_key and v.hub_source = r.hub_source and v.hub_superseded_at is null)) end{stateList}
            from unnest($1::text[], $2::text[], $3::bytea[]) with ordinality as k (key, source, hash, number)
            join {current} r on r.hub_key = k.key
            """;

        // Whether a back-dated version is already there: a full push again must not add it twice. And how many versions there are, which
        // the statement above does not look up where the content is that of the current one.
        FindVersions =
            $"""
            select k.number, bool_or(v.hub_hash = k.hash and v.hub_effective_from = k.effective_from), max(v.hub_revision)
            from unnest($1::text[], $2::text[], $3::bytea[], $4::date[]) with ordinality as k (key, source, hash, effective_from, number)
            join {version} v on v.hub_key = k.key and v.hub_source = k.source
            group by k.number
            """;

        // The versions that are about to be superseded.
        Supersede =
            $"""
            insert into {version} ({table.ColumnList()}, hub_superseded_at)
            select {table.ColumnList("r.")}, $3
            from unnest($1::text[], $2::text[]) as k (key, source)
            join {current} r on r.hub_key = k.key and r.hub_source = k.source
            """;

        var names = string.Join(", ", table.Columns.Select(column => column.QuotedName));
        var arrays = string.Join(", ", table.Columns.Select((column, index) => $"${index + FirstColumnParameter}::{column.BatchArrayType}"));
        var rows =
            $"""
            select i.hub_key, i.hub_source, i.hub_revision, i.hub_effective_from, $1, i.hub_hash, i.hub_deleted, i.hub_consolidated,
              i.hub_source_kind, i.hub_warnings::text[], i.hub_payload, i.hub_provenance::jsonb, i.hub_disputed::text[],
              {string.Join(", ", table.Columns.Select(column => column.Select("i")))}
            from unnest($2::text[], $3::text[], $4::bigint[], $5::date[], $6::bytea[], $7::boolean[], $8::boolean[], $9::text[],
                $10::text[], $11::bytea[], $12::text[], $13::text[], {arrays})
              as i (hub_key, hub_source, hub_revision, hub_effective_from, hub_hash, hub_deleted, hub_consolidated, hub_source_kind,
                hub_warnings, hub_payload, hub_provenance, hub_disputed, {names})
            """;
        var updates = string.Join(
            ", ",
            EntityTable.Envelope.Select(column => column.Name).Where(name => name is not ("hub_key" or "hub_source"))
                .Concat(table.Columns.Select(column => column.QuotedName))
                .Select(name => $"{name} = i.{name}"));

        // What was found to be there, or not, still is: the source is locked. So there is no need for on conflict, which looks twice.
        Insert = $"insert into {current} ({table.ColumnList()}) {rows}";
        Copy = $"copy {current} ({table.ColumnList()}) from stdin (format binary)";
        Replace =
            $"""
            update {current} r set {updates}
            from ({rows}) i ({table.ColumnList()})
            where r.hub_key = i.hub_key and r.hub_source = i.hub_source
            """;

        // Many new versions come by way of a table of the connection that the commit empties: COPY takes less than half of the time of arrays.
        var stage = $"\"hub_stage_{table.Schema}_{table.Name}\"";
        CreateStage = $"create temp table if not exists {stage} (like {current}) on commit delete rows";
        EmptyStage = $"delete from {stage}";
        CopyStage = $"copy {stage} ({table.ColumnList()}) from stdin (format binary)";
        SupersedeStaged =
            $"""
            insert into {version} ({table.ColumnList()}, hub_superseded_at)
            select {table.ColumnList("r.")}, $1
            from {stage} i
            join {current} r on r.hub_key = i.hub_key and r.hub_source = i.hub_source
            """;
        ReplaceStaged =
            $"""
            update {current} r set {updates}
            from {stage} i
            where r.hub_key = i.hub_key and r.hub_source = i.hub_source
            """;

        InsertVersions = $"insert into {version} ({table.ColumnList()}) {rows}";
        CopyVersions = $"copy {version} ({table.ColumnList()}) from stdin (format binary)";

        // The rows of a key are locked before they are read: what other sources do to theirs at this moment is waited for and seen.
        // Index: primary key.
        LockShared = $"select from {current} where hub_key = any($1) order by hub_key, hub_source for update";
        ReadShown = $"select hub_key, hub_source, hub_revision from {current} where hub_key = any($1) and hub_consolidated";
        const string reported =
            "hub_key, hub_source, hub_source_kind, hub_revision, hub_effective_from, hub_hash, hub_deleted, hub_consolidated, " +
            "hub_payload, hub_provenance::text, hub_disputed::text";
        ReadShared =
            $"""
            select {reported}, case when hub_source = '{EntityTable.HubSource}' then (
              select max(v.hub_revision) from {version} v where v.hub_key = r.hub_key and v.hub_source = r.hub_source) end
            from {current} r
            where hub_key = any($1)
            order by hub_key, hub_source
            """;

        // Earlier and back-dated versions of keys. Index: primary key of the version table.
        ReadHistory = $"select {reported}, null::bigint from {version} where hub_key = any($1) order by hub_key, hub_source, hub_revision";
        Show =
            $"""
            update {current} r set hub_consolidated = $3
            from unnest($1::text[], $2::text[]) as k (key, source)
            where r.hub_key = k.key and r.hub_source = k.source
            """;
    }

    /// <summary>The columns of the contract.</summary>
    public IReadOnlyList<EntityColumn> Columns { get; }

    /// <summary>Columns with a life cycle; the planner compares their codes with the stored ones.</summary>
    public IReadOnlyList<EntityColumn> States { get; }

    public string Find { get; }

    public string FindVersions { get; }

    public string Supersede { get; }

    public string Insert { get; }

    /// <summary>The same as <see cref="Insert"/> for many rows.</summary>
    public string Copy { get; }

    public string Replace { get; }

    /// <summary>The table that <see cref="CopyStage"/> fills, for the rest of the connection.</summary>
    public string CreateStage { get; }

    /// <summary>Takes out what the same transaction staged before.</summary>
    public string EmptyStage { get; }

    public string CopyStage { get; }

    /// <summary>The same as <see cref="Supersede"/> for what is staged.</summary>
    public string SupersedeStaged { get; }

    /// <summary>The same as <see cref="Replace"/> for what is staged.</summary>
    public string ReplaceStaged { get; }

    public string InsertVersions { get; }

    /// <summary>The same as <see cref="InsertVersions"/> for many rows.</summary>
    public string CopyVersions { get; }

    public string LockShared { get; }

    public string ReadShown { get; }

    public string ReadShared { get; }

    public string ReadHistory { get; }

    public string Show { get; }
}
