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
/// date; among equals the one recorded last. A deletion also ends the versions known before it that hold from its day or later. What was
/// the latest at the instant, now current or superseded since, is the answer where it holds by the day, and is found without looking at
/// other versions. Only the other keys take the longer way through all of them.
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

    // More late keys than this are joined to the rows instead of being named one by one.
    private const int MaxNamed = 1_000;

    private readonly Dictionary<EntityType, string[]> _late = [];
    private string? _recorded;
    private string? _effective;

    /// <summary>The moment.</summary>
    public ReadTime Time => time;

    /// <summary>The literals of the statement.</summary>
    public NpgsqlParameterCollection Parameters => parameters;

    /// <summary>
    /// Finds out beforehand which keys take the longer way. Mostly there are none, and where the statement knows that, the database scans
    /// consolidated rows on all its processors. Worth while for a statement over most of the rows, in one snapshot with it.
    /// </summary>
    public async Task LookAheadAsync(EntityType type, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (time.IsCurrent || _late.ContainsKey(type))
        {
            return;
        }

        await using var command = new NpgsqlCommand { Connection = connection };
        var late = new RecordRows(storage, time, command.Parameters).Late(storage.TableOf(type), "v.hub_key", isConsolidated: true, "").ToList();
        var keys = new List<string>();
        if (late.Count > 0)
        {
            command.CommandText = $"select hub_key from ({Union(late)}) late limit {command.Parameters.Use(MaxNamed + 1)}";
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                keys.Add(rows.GetString(0));
            }
        }

        if (keys.Count <= MaxNamed)
        {
            _late.Add(type, [.. keys.Distinct()]);
        }
    }

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
                : ConsolidatedAsOf(table, columns, restriction);
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

    private string ReportedAsOf(EntityTable table, IReadOnlyCollection<string> columns, string restriction)
    {
        var list = string.Join(", ", columns);
        const string IsLate = "select from late n where n.hub_key = v.hub_key and n.hub_source = v.hub_source";
        return
            $"""
            (with late as materialized ({Union(Late(table, "v.hub_key, v.hub_source", isConsolidated: false, restriction))})
            {Union(Held(table).Select(held => $"select {list} from {held} and not v.hub_deleted{restriction} and not exists ({IsLate})"))}
            union all
            select {list} from (
              {OfLate(table, columns, $"{restriction} and exists ({IsLate})")}) v
            where not v.hub_deleted)
            """;
    }

    private string ConsolidatedAsOf(EntityTable table, IReadOnlyCollection<string> columns, string restriction)
    {
        var list = string.Join(", ", columns);
        if (_late.TryGetValue(table.Type, out var keys))
        {
            var named = keys.Length == 0 ? "" : parameters.Use(keys);
            return
                $"""
                ({Union(Held(table).Select(held => $"select {list} from {held} and v.hub_consolidated{restriction}{(keys.Length == 0 ? "" : $" and v.hub_key <> all({named})")}"))}
                {(keys.Length == 0 ? "" : $"union all\nselect {list} from ({ConsolidatedOfLate(table, columns, $"{restriction} and v.hub_key = any({named})")}) v")})
                """;
        }

        const string IsLate = "select from late n where n.hub_key = v.hub_key";
        return
            $"""
            (with late as materialized ({Union(Late(table, "v.hub_key", isConsolidated: true, restriction))})
            {Union(Held(table).Select(held => $"select {list} from {held} and v.hub_consolidated{restriction} and not exists ({IsLate})"))}
            union all
            select {list} from ({ConsolidatedOfLate(table, columns, $"{restriction} and exists ({IsLate})")}) v)
            """;
    }

    // For keys that are late what each source said is looked up. Where the hub has a record of its own, that counts, else the one of the
    // source with the most authority.
    private string ConsolidatedOfLate(EntityTable table, IReadOnlyCollection<string> columns, string restriction)
    {
        var authority = parameters.Use(table.Type.Options.Authority.Select(NodeKinds.CodeOf).OfType<string>().ToArray());
        return
            $"""
            select distinct on (w.hub_key) w.* from (
              {OfLate(table, columns, restriction)}) w
            where not w.hub_deleted
            order by w.hub_key, w.hub_source <> '{EntityTable.HubSource}', array_position({authority}, w.hub_source_kind), w.hub_source
            """;
    }

    // The versions that were the latest of (key, source) at the instant, whatever day they hold from: FROM and WHERE with alias v.
    private IEnumerable<string> Held(EntityTable table)
    {
        yield return $"{table.Table} v where {KnownAt("v")}";
        if (time.RecordedAsOf is not null)
        {
            yield return $"{table.VersionTable} v where {Slice}";
        }
    }

    // What the latest versions of the instant do not answer: selects of the given columns. They hold from a later day. Or batches of a
    // source overtook each other, which shows as a version that was superseded before it was recorded. Or, consolidated, the key has
    // got or lost a record of the hub's own since: then those of its sources no longer say whether they stood for the key.
    // Indexes of the history: *_span, *_overtaken, *_deleted. The current table is scanned once.
    private IEnumerable<string> Late(EntityTable table, string columns, bool isConsolidated, string restriction)
    {
        const string OfHub = $"v.hub_source = '{EntityTable.HubSource}'";
        var hasDay = time.EffectiveOn is not null;
        var current = new List<string>();
        if (hasDay && ReachesBack)
        {
            foreach (var held in Held(table))
            {
                // The only version answers also before the day it holds from.
                yield return Select(
                    $"""
                    {held} and v.hub_effective_from > {Day()}{restriction} and exists (
                      select from {table.VersionTable} h
                      where h.hub_key = v.hub_key and h.hub_source = v.hub_source and h.hub_revision <> v.hub_revision and {KnownAt("h")})
                    """);
            }
        }
        else if (hasDay)
        {
            current.Add($"{KnownAt("v")} and v.hub_effective_from > {Day()}");
        }

        if (isConsolidated && time.RecordedAsOf is not null)
        {
            current.Add($"{OfHub} and (v.hub_deleted or v.hub_revision = 1 and not ({KnownAt("v")}))");
        }

        if (current.Count > 0)
        {
            yield return Select($"{table.Table} v where ({string.Join(" or ", current)}){restriction}");
        }

        if (time.RecordedAsOf is null)
        {
            yield break;
        }

        if (hasDay && !ReachesBack)
        {
            yield return Select($"{table.VersionTable} v where {Slice} and v.hub_effective_from > {Day()}{restriction}");
        }

        // So written, the planner takes them for few, which they are.
        yield return Select($"{table.VersionTable} v where (v.hub_superseded_at < v.hub_recorded_at)::int = 1{restriction}");
        if (isConsolidated)
        {
            yield return Select($"{table.VersionTable} v where {OfHub} and v.hub_deleted and (not ({KnownAt("v")}) or {Slice}){restriction}");
            yield return Select($"{table.VersionTable} v where {OfHub} and v.hub_revision = 1 and v.hub_recorded_at > {_recorded}{restriction}");
        }

        string Select(string from) => $"select {columns} from {from}";
    }

    // The versions of the moment, from everything that is known.
    private string OfLate(EntityTable table, IReadOnlyCollection<string> columns, string restriction)
    {
        var inner = string.Join(", ", OrderColumns.Union(columns));

        // Before the first version holds, that one; so the one that holds from the earliest day comes last.
        var order = ReachesBack
            ? $"v.hub_effective_from > {Day()}, case when v.hub_effective_from > {Day()} then v.hub_effective_from end, {Latest}"
            : Latest;
        return
            $"""
            select distinct on (v.hub_key, v.hub_source) {inner}
            from (select {inner} from {table.Table} union all select {inner} from {table.VersionTable}) v
            where {(ReachesBack ? KnownAt("v") : Known("v"))}{restriction} and {NotEnded(table.VersionTable)} and {NotEnded(table.Table)}
            order by v.hub_key, v.hub_source, {order}
            """;
    }

    // No deletion recorded later holds from its day or an earlier one. The primary key finds them.
    private string NotEnded(string versions) =>
        $"""
        not exists (
          select from {versions} d where d.hub_key = v.hub_key and d.hub_source = v.hub_source and d.hub_deleted
          and d.hub_revision > v.hub_revision and d.hub_effective_from <= v.hub_effective_from and {Known("d")})
        """;

    // Superseded versions that were the latest at the instant. Back-dated ones never were.
    private string Slice => $"{KnownAt("v")} and v.hub_superseded_at > {_recorded}";

    private bool ReachesBack => time is { ReachesBack: true, EffectiveOn: not null };

    private string KnownAt(string alias) =>
        time.RecordedAsOf is { } instant ? $"{alias}.hub_recorded_at <= {_recorded ??= parameters.Use(instant)}" : "true";

    private string Day() => _effective ??= parameters.Use(time.EffectiveOn!.Value);

    private string Known(string alias) => time.EffectiveOn is null
        ? KnownAt(alias)
        : $"({KnownAt(alias)} and {alias}.hub_effective_from <= {Day()})";

    private static string Union(IEnumerable<string> statements) => string.Join("\nunion all\n", statements);
}
