using System.Globalization;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Findings;
using HubExchange.Server.Identity;
using HubExchange.Server.Query;
using HubExchange.Server.Query.Places;
using HubExchange.Server.Reconciliation;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>
/// Checks what is derived from the feed and kept against the tables, in one snapshot: the digests of sources that attend, in memory here or
/// in checkpoints that any hub has written, and the counts by place in memory here. What is wrong is let go of and made anew.
/// </summary>
internal sealed class KeptCheck(
    LiveSets sets, StandingCounts counts, HubStorage storage, EntityTypes types, FindingRecorder recorder, HubIdentity identity, TimeProvider time)
{
    public const string DigestRule = "store.digest";
    public const string CountRule = "store.counts";

    /// <summary>Types of which something is kept.</summary>
    public async Task<HashSet<string>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await sets.ListAsync(cancellationToken)).Select(pair => pair.Type), .. counts.EverAsked().Select(type => type.Id)];

    /// <summary>Checks what is kept of a type.</summary>
    public async Task<JobStep> RunAsync(EntityType type, string label, JobContext context, CancellationToken cancellationToken)
    {
        var issues = new List<Issue>();
        var examined = 0;
        foreach (var (source, _) in (await sets.ListAsync(cancellationToken)).Where(pair => pair.Type == type.Id))
        {
            if (await sets.CheckAsync(source, type, cancellationToken) is not var (kept, stored))
            {
                continue;
            }

            examined++;
            if (kept != stored)
            {
                issues.Add(IssueOf(
                    DigestRule, type, source, $"{source} 的对账摘要与库表不符,可能被绕过枢纽改动;摘要已按库表重建,请与来源对账。",
                    $"The digest of {source} is not that of the tables, which may have been changed behind the hub's back; it is made anew. Reconcile with the source.",
                    Text(kept.Count), Text(stored.Count)));
            }
        }

        if (await CheckCountsAsync(type, cancellationToken) is { } agrees)
        {
            examined++;
            if (!agrees)
            {
                issues.Add(IssueOf(
                    CountRule, type, identity.Options.OperatorNode, "保存的各处计数与重新计数不符;已重新计数。", "Counts by place that were kept are not those of a recount; they are counted anew.", "", ""));
            }
        }

        var (raised, resolved) = await recorder.RecordAsync(
            issues, new IssueScope([DigestRule, CountRule], type.Id), label, context.Transaction, cancellationToken);
        return new JobStep(null, examined, raised, resolved);
    }

    private async Task<bool?> CheckCountsAsync(EntityType type, CancellationToken cancellationToken)
    {
        using var turn = await counts.EnterAsync(cancellationToken);
        await using var connection = await storage.SurveySource.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginSurveyAsync(cancellationToken);
        var book = await PlaceBook.ReadAsync(storage, types, connection, ReadTime.Current, ChinaTime.Today(time), cancellationToken);
        return await turn.CheckAsync(connection, book, type, cancellationToken);
    }

    private Issue IssueOf(string rule, EntityType type, string source, string zh, string en, string observed, string expected) => new(
        rule, $"{type.Id}|{source}", source, QualityDimension.Accuracy, Severity.Error, zh, en, type.Id, "", "", source, identity.Options.OperatorNode,
        observed, expected, []);

    private static string Text(long count) => string.Create(CultureInfo.InvariantCulture, $"{count} 条 records");
}
