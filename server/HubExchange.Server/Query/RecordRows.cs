using HubExchange.Contracts.Entities;
using HubExchange.Server.Identity;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Query;

/// <summary>
/// Says in SQL which version of which record a read sees. Every read goes through here, so all of them agree on what "consolidated",
/// "of one source" and "as of" mean. One object serves one statement.
/// </summary>
/// <remarks>
/// The version of (key, source) at a moment is, among those recorded until then and in force by then, the one that holds from the latest
/// date; among equals the one recorded last. A deletion also ends the versions known before it that hold from its day or later. The
/// current table holds the latest of all: where that one is old enough it is the answer and the history need not be asked. Only the
/// other keys, and those that several sources report, take the longer way.
/// </remarks>
/// <param name="storage">The tables.</param>
/// <param name="time">The moment.</param>
/// <param name="parameters">Takes the literals of the statement.</param>
internal sealed class RecordRows(HubStorage storage, ReadTime time, NpgsqlParameterCollection parameters)
{
    /// <summary>Instead of a node: what each node reported, every key as often as nodes report it.</summary>
    public const string EverySource = "-";

    private const string Latest = "v.hub_effective_from desc, v.hub_revision desc";

    // What it takes to tell which version counts.
    private static readonly string[] OrderColumns =
        ["hub_key", "hub_source", "hub_source_kind", "hub_effective_from", "hub_recorded_at", "hub_revision", "hub_deleted"];

    private string? _recorded;
    private string? _effective;

    /// <summary>The moment.</summary>
    public ReadTime Time => time;

    /// <summary>The literals of the statement.</summary>
    public NpgsqlParameterCollection Parameters => parameters;

    /// <summary>A FROM item with the rows, in parentheses and without alias. Deleted records are not in it.</summary>
    /// <param name="type">Entity type.</param>
    /// <param name="columns">Columns it has, each as it stands in a statement; the fewer, the cheaper a read as of a moment.</param>
    /// <param name="source">Empty for one consolidated record per key, a node, or <see cref="EverySource"/>.</param>
    /// <param name="ownNode">When not null, only what this node reported is visible, and consolidated means its own.</param>
    /// <param name="keys">Restricts keys, e.g. <c>= $1</c> or <c>&gt; $1</c>; null for all.</param>
    public string From(EntityType type, IReadOnlyCollection<string> columns, string source = "", string? ownNode = null, string? keys = null)
    {
        var table = storage.TableOf(type);
        var list = string.Join(", ", columns);
        var restriction = keys is null ? "" : $" and v.hub_key {keys}";
        if (ownNode is not null)
        {
            restriction += $" and v.hub_source = {parameters.Use(ownNode)}";
        }

        if (source.Length == 0 && ownNode is null)
        {
            return time.IsCurrent
                ? $"(select {list} from {table.Table} v where v.hub_consolidated{restriction})"
                : ConsolidatedAsOf(table, columns, restriction, keys is not null);
        }

        restriction += source switch
        {
            "" => "",
            EverySource => $" and v.hub_source <> '{EntityTable.HubSource}'",
            _ => $" and v.hub_source = {parameters.Use(source)}",
        };
        return time.IsCurrent
            ? $"(select {list} from {table.Table} v where not v.hub_deleted{restriction})"
            : ReportedAsOf(table, columns, restriction);
    }

    // The latest version of a key answers for it. Reaching back, also one that holds later but has none before it.
    private string Answers(EntityTable table, string alias) => !ReachesBack
        ? Known(alias)
        : $"""
          ({KnownAt(alias)} and ({alias}.hub_effective_from <= {Day()} or not exists (
            select from {table.VersionTable} h where h.hub_key = {alias}.hub_key and h.hub_source = {alias}.hub_source)))
          """;

    private bool ReachesBack => time is { ReachesBack: true, EffectiveOn: not null };

    private string KnownAt(string alias) =>
        time.RecordedAsOf is { } instant ? $"{alias}.hub_recorded_at <= {_recorded ??= parameters.Use(instant)}" : "true";

    private string Day() => _effective ??= parameters.Use(time.EffectiveOn!.Value);

    private string ReportedAsOf(EntityTable table, IReadOnlyCollection<string> columns, string restriction)
    {
        var list = string.Join(", ", columns);
        return
            $"""
            (select {list} from {table.Table} v where {Known("v")} and not v.hub_deleted{restriction}
            union all
            select {list} from (
              select distinct on (v.hub_key, v.hub_source) {WithOrder(columns)} from {table.VersionTable} v
              where {Known("v")}{restriction} and exists (
                select from {table.Table} n where n.hub_key = v.hub_key and n.hub_source = v.hub_source and not {Known("n")})
              and {NotEnded(table.VersionTable)}
              order by v.hub_key, v.hub_source, {Latest}) v
            where not v.hub_deleted)
            """;
    }

    // A key with one source, whose latest version is old enough, is answered by that version. For the others the versions of the moment
    // are looked up; where they have a consolidated one, that counts, else the one of the source with the most authority.
    private string ConsolidatedAsOf(EntityTable table, IReadOnlyCollection<string> columns, string restriction, bool isOfKeys)
    {
        var authority = parameters.Use(table.Type.Options.Authority.Select(NodeKinds.CodeOf).OfType<string>().ToArray());
        var list = string.Join(", ", columns);
        var inner = WithOrder(columns);
        var found = $"select n.hub_key from {table.Table} n where not n.hub_consolidated or not {Answers(table, "n")}";

        // Over a whole table they are looked for once; of single keys, each where it is needed.
        var (with, others) = isOfKeys ? ("", found) : ($"with others as materialized ({found})", "select n.hub_key from others n");

        // Before the first version holds, that one; so the one that holds from the earliest day comes last.
        var candidate = ReachesBack ? KnownAt("v") : Known("v");
        var order = ReachesBack
            ? $"v.hub_effective_from > {Day()}, case when v.hub_effective_from > {Day()} then v.hub_effective_from end, {Latest}"
            : Latest;
        return
            $"""
            ({with}
            select {list} from {table.Table} v
            where v.hub_consolidated and {Answers(table, "v")}{restriction} and not exists (select from ({others}) n where n.hub_key = v.hub_key)
            union all
            select {list} from (
              select distinct on (w.hub_key) w.* from (
                select distinct on (v.hub_key, v.hub_source) {inner}
                from (select {inner} from {table.Table} union all select {inner} from {table.VersionTable}) v
                where {candidate}{restriction} and v.hub_key in ({others}) and {NotEnded(table.VersionTable)} and {NotEnded(table.Table)}
                order by v.hub_key, v.hub_source, {order}) w
              where not w.hub_deleted
              order by w.hub_key, w.hub_source <> '{EntityTable.HubSource}', array_position({authority}, w.hub_source_kind), w.hub_source) v)
            """;
    }

    // No deletion recorded later holds from its day or an earlier one. The primary key finds them.
    private string NotEnded(string versions) =>
        $"""
        not exists (
          select from {versions} d where d.hub_key = v.hub_key and d.hub_source = v.hub_source and d.hub_deleted
          and d.hub_revision > v.hub_revision and d.hub_effective_from <= v.hub_effective_from and {Known("d")})
        """;

    private static string WithOrder(IReadOnlyCollection<string> columns) => string.Join(", ", OrderColumns.Union(columns));

    private string Known(string alias) => time.EffectiveOn is null
        ? KnownAt(alias)
        : $"({KnownAt(alias)} and {alias}.hub_effective_from <= {Day()})";
}
