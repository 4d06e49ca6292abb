using System.Globalization;
using Dapper;
using HubExchange.Server.Findings;
using HubExchange.Server.Identity;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>
/// Checks the change feed part by part: no position is missing, and what changes consolidated views names the version they showed until
/// then. A break between two entries of a record that lie further apart than two parts is not seen. A run goes on where the feed was found
/// whole the last time; the whole feed is read when somebody asks for the run, and from time to time.
/// </summary>
internal sealed class FeedCheck(FindingRecorder recorder, HubIdentity identity, IOptions<JobOptions> options)
{
    public const string GapRule = "store.feed-gap";
    public const string ChainRule = "store.feed-chain";

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
        var size = options.Value.StepRecords;
        var rows = (await context.Connection.QueryAsync<Row>(new CommandDefinition(
            SqlFiles.Read("Jobs/Checks/FeedCheck.sql"), new { after, size }, context.Transaction, cancellationToken: cancellationToken))).AsList();
        var (first, last) = (rows[0].After, Math.Max(rows[0].Until, rows[0].After));
        var isLast = last - first < size;
        var issues = rows.Where(row => row.Position is not null).Select(IssueOf).ToList();
        if (issues.Count == 0)
        {
            // Only from where it was whole: nothing is skipped after a part that was not.
            await context.Connection.ExecuteAsync(new CommandDefinition(
                SqlFiles.Read("Jobs/Checks/NoteFeedCheck.sql"), new { after, last }, context.Transaction, cancellationToken: cancellationToken));
        }

        var (raised, resolved) = await recorder.RecordAsync(
            issues,
            new IssueScope([GapRule, ChainRule], Feed, after == 0 ? null : Anchor(after), isLast ? null : Anchor(last)),
            label,
            context.Transaction,
            cancellationToken);
        return (isLast ? null : last, new JobStep(null, last - first, raised, resolved));
    }

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
