using Dapper;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Validation;
using HubExchange.Server.Jobs.Checks;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Quality;

/// <summary>Counts the living records of the sources, a range of keys at a time.</summary>
internal sealed class QualityTally(EntityTypes types)
{
    // The fields that it is about are counted one by one.
    private const string ExpectedRule = "expected";

    private readonly IReadOnlyList<RuleInfo> _rules = RuleCatalog.Of(types);

    /// <summary>Begins anew.</summary>
    public static Task ClearAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            SqlFiles.Read("Quality/ClearTally.sql"), transaction: transaction, cancellationToken: cancellationToken));

    /// <summary>Adds a range.</summary>
    public async Task AddAsync(KeyRange range, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var expected = range.Table.Columns.Where(column => column.Field.Options.Expected).Select(column => column.QuotedName).ToList();
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            Sql(range.Table, expected),
            new
            {
                range.After,
                range.Until,
                conformity = RulesOf(range.Table, QualityDimension.Conformity),
                completeness = RulesOf(range.Table, QualityDimension.Completeness),
                accuracy = RulesOf(range.Table, QualityDimension.Accuracy),
                consistency = RulesOf(range.Table, QualityDimension.Consistency),
            },
            transaction,
            cancellationToken: cancellationToken));
    }

    // Ids of declared rules are unique within their type.
    private string[] RulesOf(EntityTable table, QualityDimension dimension) =>
    [
        .. _rules.Where(rule => rule.Dimension == dimension && (rule.Type is null || rule.Type == table.Type.Id) && rule.Id != ExpectedRule)
            .Select(rule => rule.Id),
    ];

    // Index: primary key.
    private static string Sql(EntityTable table, List<string> expected) =>
        $"""
        with counted as (
          select r.hub_source as source, count(*) as records,
            count(*) filter (where r.hub_warnings && @conformity) as conformity,
            count(*) filter (where r.hub_warnings && @completeness) as completeness,
            count(*) filter (where r.hub_warnings && @accuracy) as accuracy,
            count(*) filter (where r.hub_warnings && @consistency) as consistency,
            {(expected.Count == 0 ? "0" : $"sum(num_nonnulls({string.Join(", ", expected.Select(name => $"r.{name}"))}))")} as filled
          from {table.Table} r
          where {KeyRange.Restriction}
            and not r.hub_deleted
            and r.hub_source <> '{EntityTable.HubSource}'
          group by r.hub_source
        )
        insert into hub.quality_tally as t (source, measure, good, examined)
        select c.source, m.measure, m.good, m.examined
        from counted c
        cross join lateral (
          values ('{Share.Records}', c.records, c.records),
            ('{MeasureKind.ConformityRules}', c.records - c.conformity, c.records),
            ('{MeasureKind.CompletenessRules}', c.records - c.completeness, c.records),
            ('{MeasureKind.AccuracyRules}', c.records - c.accuracy, c.records),
            ('{MeasureKind.ConsistencyRules}', c.records - c.consistency, c.records),
            ('{MeasureKind.CompletenessFields}', c.filled, c.records * {expected.Count})) m (measure, good, examined)
        where m.examined > 0
        on conflict (source, measure) do update set good = t.good + excluded.good, examined = t.examined + excluded.examined
        """;
}
