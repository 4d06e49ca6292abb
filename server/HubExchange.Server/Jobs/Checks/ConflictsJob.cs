using Dapper;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Findings;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>
/// Finds what sources say differently about the same thing: fields of consolidated records, an organisation that two units count, and
/// organisations of one name with several codes.
/// </summary>
internal sealed class ConflictsJob(HubStorage storage, EvidenceReader evidence, RangeCheck check) : IHubJob
{
    public const string FieldRule = "conflict.field";
    public const string UnitRule = "conflict.unit";
    public const string DuplicateRule = "conflict.duplicate";

    // Many with one name are a mistake of one source; some of them show it.
    private const int MaxOthers = 20;

    public JobDefinition Definition { get; } = new(
        "conflicts",
        "来源冲突检查",
        "Conflicts between sources",
        "查找各来源说法不一的字段、同一机构由多个填报单位统计、同名不同代码的疑似重复机构。",
        "Finds fields that sources report differently, organisations that several units count, and suspected duplicates: one name, several codes.",
        "0 0 2 * * ?");

    public Task<JobStep> RunStepAsync(JobContext context, CancellationToken cancellationToken) => check.RunAsync(
        storage.Tables,
        [FieldRule, UnitRule, DuplicateRule],
        Definition.Label,
        context,
        async range => [.. await DisputesAsync(range, context, cancellationToken), .. await DuplicatesAsync(range, context, cancellationToken)],
        cancellationToken);

    private async Task<List<Issue>> DisputesAsync(KeyRange range, JobContext context, CancellationToken cancellationToken)
    {
        var type = range.Table.Type;
        var rows = (await context.Connection.QueryAsync<(string Key, string Field, string Source)>(new CommandDefinition(
            $"""
            select r.hub_key, d.field, r.hub_provenance ->> d.field
            from {range.Table.Table} r
            cross join lateral unnest(r.hub_disputed) d (field)
            where {KeyRange.Restriction}
              and r.hub_source = '{EntityTable.HubSource}'
              and r.hub_consolidated
            """,
            new { range.After, range.Until },
            context.Transaction,
            cancellationToken: cancellationToken))).AsList();
        var issues = new List<Issue>();
        foreach (var (key, field, source) in rows.Where(row => type.Find(row.Field) is not null))
        {
            var said = await evidence.ReadAsync(type, key, field, context.Connection, cancellationToken);
            issues.Add(DisputeOf(type, key, field, source, said));
        }

        return issues;
    }

    // The first source that differs from the authoritative one is asked: it agrees and corrects, or disputes.
    private static Issue DisputeOf(EntityType type, string key, string field, string source, List<EvidenceRow> said)
    {
        var taken = said.Find(row => row.Source == source)?.Value ?? "";
        var other = said.Find(row => row.Source != source && (row.Value == EvidenceReader.Hidden || row.Value != taken)) ?? said[^1];
        var isUnit = type.Options.Placement?.ReportingUnit == field;
        var label = type.Find(field)!.Label;
        return new Issue(
            isUnit ? UnitRule : FieldRule,
            $"{type.Id}|{key}|{field}",
            key,
            QualityDimension.Consistency,
            Severity.Warning,
            isUnit
                ? $"同一{type.Label}由多个填报单位统计:归集采用 {source} 的值,请核实归属。"
                : $"各来源对{type.Label}的{label}说法不一:归集采用 {source} 的值,请核实。",
            $"Sources differ in {field} of {type.Id}; consolidated views take that of {source}. Verify it.",
            type.Id,
            key,
            field,
            other.Source,
            other.Source,
            other.Value ?? "",
            taken,
            said);
    }

    /// <summary>Records of a range with the name of another one. Indexes: primary key, and that of the name, which is declared for it.</summary>
    internal static string DuplicatesSql(EntityTable table, EntityColumn name) =>
        $"""
        select r.hub_key as "Key", r.hub_source as "Source", r.{name.QuotedName} as "Name", r.hub_revision as "Revision",
          r.hub_recorded_at as "RecordedAt", o.others as "Others"
        from {table.Table} r
        cross join lateral (
          select string_agg(o.hub_key, ', ' order by o.hub_key) as others
          from (
            select o.hub_key
            from {table.Table} o
            where o.{name.QuotedName} = r.{name.QuotedName}
              and o.hub_key <> r.hub_key
              and o.hub_consolidated
            order by o.hub_key
            limit {MaxOthers}) o) o
        where {KeyRange.Restriction}
          and r.hub_consolidated
          and o.others is not null
        """;

    private static async Task<IEnumerable<Issue>> DuplicatesAsync(KeyRange range, JobContext context, CancellationToken cancellationToken)
    {
        var type = range.Table.Type;
        if (type.Key is not [{ Options.Format: Format.Uscc }] || range.Table.Find("name") is not { SqlType: "text" } name)
        {
            return [];
        }

        var rows = await context.Connection.QueryAsync<Duplicate>(new CommandDefinition(
            DuplicatesSql(range.Table, name),
            new { range.After, range.Until },
            context.Transaction,
            cancellationToken: cancellationToken));
        return rows.Select(row => new Issue(
            DuplicateRule,
            $"{type.Id}|{row.Key}",
            row.Key,
            QualityDimension.Accuracy,
            Severity.Warning,
            $"疑似重复:另有代码不同而名称同为“{row.Name}”的{type.Label},请核实是否为同一机构。",
            $"Suspected duplicate: another record of {type.Id} has the same name and another code. Verify whether they are one.",
            type.Id,
            row.Key,
            name.Name,
            row.Source,
            row.Source,
            row.Others,
            "名称与代码一一对应 one code for a name",
            [new EvidenceRow(row.Source, row.Name, row.Revision, row.RecordedAt)]));
    }

    private sealed record Duplicate(string Key, string Source, string Name, long Revision, DateTime RecordedAt, string Others);
}
