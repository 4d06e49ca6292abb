using HubExchange.Server.Storage;

namespace HubExchange.Server.Snapshots;

/// <summary>The statements that compare a snapshot with the records of its type.</summary>
internal sealed class SnapshotStatements(EntityTable table)
{
    /// <summary>
    /// Keeps the keys of the source ($1) that the snapshot ($2) did not see. Goes through the primary key of the table once and through
    /// that of snapshot_key for each record of the source: an index by source would cost every write, and this runs once a snapshot.
    /// </summary>
    public string Collect { get; } =
        $"""
        insert into hub.snapshot_deletion (snapshot_id, key)
        select $2, r.hub_key
        from {table.Table} r
        where r.hub_source = $1
          and not r.hub_deleted
          and not exists (select from hub.snapshot_key k where k.snapshot_id = $2 and k.key = r.hub_key)
        """;

    /// <summary>How many records the source ($1) has.</summary>
    public string CountLive { get; } = $"select count(*) from {table.Table} where hub_source = $1 and not hub_deleted";

    /// <summary>A page of what is going to be deleted. Primary keys of both tables.</summary>
    public string ListDeletions { get; } =
        $"""
        select d.key, coalesce({LabelOf(table)}, '') as label, coalesce(r.hub_revision, 0) as revision, r.hub_recorded_at as "RecordedAt"
        from hub.snapshot_deletion d
        left join {table.Table} r on r.hub_key = d.key and r.hub_source = @source
        where d.snapshot_id = @id
          and d.key > @after
        order by d.key
        limit @limit
        """;

    private static string LabelOf(EntityTable table) =>
        table.Find("name") is { SqlType: "text", Field.DataClass: V1.DataClass.Public or V1.DataClass.Internal } name
            ? $"r.{name.QuotedName}"
            : "''";
}
