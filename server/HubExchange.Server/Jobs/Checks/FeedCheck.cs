using System.Globalization;
using Dapper;
using HubExchange.Server.Findings;
using HubExchange.Server.Identity;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>
/// Checks the change feed part by part: no position is missing, what changes consolidated views names the version they showed until
/// then, and every version that an entry names is stored, as the current one or in the history. A break between two entries of a record that lie further apart than the largest part is not always seen. A run goes on where the feed was found
/// whole the last time; the whole feed is read when somebody asks for the run, and from time to time.
/// </summary>
internal sealed class FeedCheck(FindingRecorder recorder, HubStorage storage, HubIdentity identity, IOptions<JobOptions> options)
{
    public const string GapRule = "store.feed-gap";
    public const string ChainRule = "store.feed-chain";
    public const string LostRule = "store.lost";

    // Of a type and part: a table that is gone is known from some.
    private const int MostLost = 1_000;

    // The feed is no entity type; its findings are anchored by position.
    private const string Feed = "hub.change";

    /// <summary>The position after which a run begins.</summary>
    public async Task<long> BeginAsync(JobContext context, CancellationToken cancellationToken) =>
        await context.Connection.ExecuteScalarAsync<long>(new CommandDefinition(
            SqlFiles.Read("Jobs/Checks/BeginFeedCheck.sql"),
            new { context.RunId, context.Slot, before = context.Slot.AddDays(-options.Value.WholeFeedDays) },
            context.Transaction,
            cancellationToken: cancellationToken));

    /// <summary>Checks the part after a position.</summary>
    /// <returns>The last position of the part, null when it was the last part; and what the step did.</returns>
    public async Task<(long? Next, JobStep Step)> RunAsync(long after, string label, JobContext context, CancellationToken cancellationToken)
    {
        var size = context.Size;
        var rows = (await context.Connection.QueryAsync<Row>(new CommandDefinition(
            SqlFiles.Read("Jobs/Checks/FeedCheck.sql"), new { after, size, lookback = options.Value.StepRecords }, context.Transaction, cancellationToken: cancellationToken))).AsList();
        var (first, last) = (rows[0].After, Math.Max(rows[0].Until, rows[0].After));
        var isLast = last - first < size;
        List<Issue> issues = [.. rows.Where(row => row.Position is not null).Select(IssueOf), .. await FindLostAsync(first, last, context, cancellationToken)];
        if (issues.Count == 0)
        {
            // Only from where it was whole: nothing is skipped after a part that was not.
            await context.Connection.ExecuteAsync(new CommandDefinition(
                SqlFiles.Read("Jobs/Checks/NoteFeedCheck.sql"), new { after, last }, context.Transaction, cancellationToken: cancellationToken));
        }

        var (raised, resolved) = await recorder.RecordAsync(
            issues,
            new IssueScope([GapRule, ChainRule, LostRule], Feed, after == 0 ? null : Anchor(after), isLast ? null : Anchor(last)),
            label,
            context.Transaction,
            cancellationToken);
        return (isLast ? null : last, new JobStep(null, last - first, raised, resolved));
    }

    private async Task<List<Issue>> FindLostAsync(long after, long until, JobContext context, CancellationToken cancellationToken)
    {
        var present = (await context.Connection.QueryAsync<string>(new CommandDefinition(
            SqlFiles.Read("Jobs/Checks/ListFeedTypes.sql"), new { after, until }, context.Transaction, cancellationToken: cancellationToken))).ToHashSet();
        var issues = new List<Issue>();
        foreach (var table in storage.Tables.Where(table => present.Contains(table.Type.Id)))
        {
            issues.AddRange((await context.Connection.QueryAsync<Row>(new CommandDefinition(
                LostSql(table), new { after, until, type = table.Type.Id }, context.Transaction, cancellationToken: cancellationToken))).Select(LostOf));
        }

        return issues;
    }

    // Indexes: primary keys.
    private static string LostSql(EntityTable table) =>
        $"""
        select @after::bigint as "After", @until::bigint as "Until", c.position as "Position", c.type as "Type", c.key as "Key", c.source as "Source",
          c.revision as "Revision", c.recorded_at as "RecordedAt", '' as "Observed", c.source || '/' || c.revision as "Expected"
        from hub.change c
        where c.position > @after
          and c.position <= @until
          and c.type = @type
          and not exists (
            select from {table.Table} r
            where r.hub_key = c.key and r.hub_source = c.source and r.hub_revision = c.revision)
          and not exists (
            select from {table.VersionTable} v
            where v.hub_key = c.key and v.hub_source = c.source and v.hub_revision = c.revision)
        order by c.position
        limit {MostLost}
        """;

    private Issue LostOf(Row row) => IssueOf(row) with
    {
        Rule = LostRule,
        Zh = $"变更流位置 {row.Position} 所记的版本不在库中({row.Type} {row.Key},{row.Source} 版本 {row.Revision}),可能被绕过枢纽删除;请与来源对账。",
        En = $"The version that position {row.Position} of the change feed names is not stored ({row.Type} {row.Key}, version {row.Revision} of {row.Source}); reconcile with the source.",
    };

    private Issue IssueOf(Row row)
    {
        var isGap = row.Type!.Length == 0;
        var anchor = Anchor(row.Position!.Value);
        return new Issue(
            isGap ? GapRule : ChainRule,
            anchor,
            anchor,
            QualityDimension.Accuracy,
            Severity.Error,
            isGap ? $"变更流缺少位置 {row.Expected}。" : $"变更流位置 {row.Position} 的前一版本与此前所示不符({row.Type} {row.Key})。",
            isGap
                ? $"Position {row.Expected} of the change feed is missing."
                : $"Position {row.Position} of the change feed does not name the version shown until then ({row.Type} {row.Key}).",
            Feed,
            row.Position.Value.ToString(CultureInfo.InvariantCulture),
            "",
            row.Source!.Length > 0 ? row.Source : identity.Options.OperatorNode,
            identity.Options.OperatorNode,
            row.Observed!,
            row.Expected!,
            isGap ? [] : [new EvidenceRow(row.Source, row.Key, row.Revision, row.RecordedAt)]);
    }

    // Texts in the order of the numbers.
    private static string Anchor(long position) => position.ToString("D19", CultureInfo.InvariantCulture);

    private sealed record Row(
        long After, long Until, long? Position, string? Type, string? Key, string? Source, long? Revision, DateTime? RecordedAt, string? Observed,
        string? Expected);
}
