using Dapper;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Findings;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>Finds references that lead nowhere: fields that hold the key of a record which no source has, or which was deleted.</summary>
internal sealed class ReferencesJob(HubStorage storage, EntityTypes types, RangeCheck check) : IHubJob
{
    public const string Rule = "reference.dangling";

    public JobDefinition Definition { get; } = new(
        "references",
        "悬空引用检查",
        "Dangling references",
        "查找指向不存在记录的引用字段,逐条交由报送单位核实。",
        "Finds fields that refer to records which do not exist, one finding for the source of each.",
        "0 30 1 * * ?");

    public Task<JobStep> RunStepAsync(JobContext context, CancellationToken cancellationToken) => check.RunAsync(
        [.. storage.Tables.Where(table => ColumnsOf(table).Any())],
        [Rule],
        Definition.Label,
        context,
        range => FindAsync(range, context, cancellationToken),
        cancellationToken);

    private async Task<List<Issue>> FindAsync(KeyRange range, JobContext context, CancellationToken cancellationToken)
    {
        var issues = new List<Issue>();
        foreach (var (column, target) in ColumnsOf(range.Table))
        {
            issues.AddRange((await context.Connection.QueryAsync<Row>(new CommandDefinition(
                Sql(range.Table, column, target), new { range.After, range.Until }, context.Transaction, cancellationToken: cancellationToken)))
                .Select(row => IssueOf(range.Table.Type, column, target.Type, row)));
        }

        return issues;
    }

    private IEnumerable<(EntityColumn Column, EntityTable Target)> ColumnsOf(EntityTable table) =>
        from column in table.Columns
        where column.SqlType is "text" or "text[]" && !column.Field.Options.ReferenceOpen && types.Find(column.Field.Options.Reference) is not null
        select (column, storage.TableOf(types.Find(column.Field.Options.Reference)!));

    // Index: primary key of both tables.
    private static string Sql(EntityTable table, EntityColumn column, EntityTable target) =>
        $"""
        select r.hub_key as "Key", r.hub_source as "Source", r.hub_revision as "Revision", r.hub_recorded_at as "RecordedAt",
          string_agg(distinct v.value, ', ' order by v.value) as "Values"
        from {table.Table} r
        cross join lateral {(column.SqlType == "text" ? $"(select r.{column.QuotedName})" : $"unnest(r.{column.QuotedName})")} v (value)
        where {KeyRange.Restriction}
          and not r.hub_deleted
          and r.hub_source <> '{EntityTable.HubSource}'
          and v.value is not null
          and not exists (select from {target.Table} t where t.hub_key = v.value and t.hub_consolidated)
        group by r.hub_key, r.hub_source, r.hub_revision, r.hub_recorded_at
        """;

    private static Issue IssueOf(EntityType type, EntityColumn column, EntityType target, Row row) => new(
        Rule,
        $"{type.Id}|{row.Key}|{column.Name}|{row.Source}",
        row.Key,
        QualityDimension.Consistency,
        Severity.Warning,
        $"{type.Label}的{column.Field.Label}指向不存在的{target.Label}:请更正该字段,或先报送被引用的记录。",
        $"{column.Name} of {type.Id} refers to a record of {target.Id} that does not exist: correct the field or push that record.",
        type.Id,
        row.Key,
        column.Name,
        row.Source,
        row.Source,
        row.Values,
        $"{target.Id} 中存在的主键 a key of {target.Id}",
        [new EvidenceRow(row.Source, row.Values, row.Revision, row.RecordedAt)]);

    private sealed record Row(string Key, string Source, long Revision, DateTime RecordedAt, string Values);
}
