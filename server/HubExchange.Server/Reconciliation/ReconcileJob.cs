using System.Globalization;
using Dapper;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Findings;
using HubExchange.Server.Jobs;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// Has every source that attends reconciled, and finds those that do not attend. A run asks for the reconciliations, one step for each source
/// and type; the hub at which the source attends does them (<see cref="ReconciliationQueue"/>); the run waits for the last one and then
/// judges what came of them. A step touches nothing but its transaction, so a run that is broken off or fenced asks for nothing twice.
/// </summary>
internal sealed class ReconcileJob(
    AttendanceRegister register, HubStorage storage, EntityTypes types, FindingRecorder recorder, TimeProvider time) : IHubJob
{
    public const string DifferentRule = "reconcile.different";
    public const string AbsentRule = "reconcile.absent";

    private const string Ask = "ask";
    private const string Wait = "wait";
    private const int NamedTypes = 3;
    private const char Separator = '\n';

    // A step that waits stands still in its transaction for so long; the run says with each that it lives.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public JobDefinition Definition { get; } = new(
        "reconcile",
        "与来源对账",
        "Reconciliation with sources",
        "与每个值守的来源逐类对账并修复;未值守的来源和未消除的差异列为问题。",
        "Reconciles every type of every source that attends; finds sources that do not attend, and differences that remain.",
        "0 0 1 * * ?");

    public async Task<JobStep> RunStepAsync(JobContext context, CancellationToken cancellationToken)
    {
        switch (context.Cursor?.Split(Separator))
        {
            case null:
                return await AskAsync(context, "", "", cancellationToken);
            case [Ask, var source, var type]:
                return await AskAsync(context, source, type, cancellationToken);
            case [Wait] when (await ReconciliationStore.ListOpenAsync(context.Connection, cancellationToken)).Exists(open => open.JobRun == context.RunId):
                await Task.Delay(Pause, time, cancellationToken);
                return new JobStep(Wait, 0);
            default:
                return await JudgeAsync(context, cancellationToken);
        }
    }

    private async Task<JobStep> AskAsync(JobContext context, string source, string type, CancellationToken cancellationToken)
    {
        var attended = await register.ListAsync(context.Connection, cancellationToken);
        var next = attended.Where(pair => types.Find(pair.Type) is not null && IsAfter(pair, source, type))
            .OrderBy(pair => pair.Source, StringComparer.Ordinal).ThenBy(pair => pair.Type, StringComparer.Ordinal).FirstOrDefault();
        if (next is null)
        {
            return new JobStep(Wait, 0);
        }

        await ReconciliationStore.QueueAsync(next, context.RunId, time.GetUtcNow(), context.Transaction, cancellationToken);
        return new JobStep(string.Join(Separator, Ask, next.Source, next.Type), 1, Changed: 1);
    }

    private static bool IsAfter(AttendedType pair, string source, string type) =>
        string.CompareOrdinal(pair.Source, source) is var order && (order > 0 || (order == 0 && string.CompareOrdinal(pair.Type, type) > 0));

    private async Task<JobStep> JudgeAsync(JobContext context, CancellationToken cancellationToken)
    {
        var last = (await context.Connection.QueryAsync<Last>(new CommandDefinition(
            SqlFiles.Read("Reconciliation/ListLast.sql"), null, context.Transaction, cancellationToken: cancellationToken))).AsList();
        var attended = (await register.ListAsync(context.Connection, cancellationToken))
            .Concat(last.Where(each => each.JobRun == context.RunId).Select(each => new AttendedType(each.Source, each.Type)))
            .ToHashSet();
        var absent = new Dictionary<string, List<string>>();
        var (raised, resolved) = (0, 0);
        foreach (var table in storage.Tables)
        {
            foreach (var source in await ListSourcesAsync(table, context, cancellationToken))
            {
                if (!attended.Contains(new AttendedType(source, table.Type.Id)))
                {
                    (absent.TryGetValue(source, out var names) ? names : absent[source] = []).Add(table.Type.Id);
                }
            }

            var issues = last.Where(each => each.Type == table.Type.Id && each.State is "WAITING" or "DIFFERENT" or "FAILED").Select(DifferenceOf);
            await RecordAsync([.. issues], new IssueScope([DifferentRule], table.Type.Id));
        }

        await RecordAsync([.. absent.Select(pair => AbsenceOf(pair.Key, pair.Value))], new IssueScope([AbsentRule], NodeType));
        return new JobStep(null, 0, raised, resolved);

        async Task RecordAsync(List<Issue> issues, IssueScope scope)
        {
            var (more, less) = await recorder.RecordAsync(issues, scope, Definition.Label, context.Transaction, cancellationToken);
            raised += more;
            resolved += less;
        }
    }

    // Reads the table through: nothing else knows whose records there are.
    private static Task<IEnumerable<string>> ListSourcesAsync(EntityTable table, JobContext context, CancellationToken cancellationToken) =>
        context.Connection.QueryAsync<string>(new CommandDefinition(
            $"select distinct hub_source from {table.Table} where not hub_deleted and hub_source <> @hub",
            new { hub = EntityTable.HubSource },
            context.Transaction,
            cancellationToken: cancellationToken));

    private string NodeType => types.Find(Node.Descriptor)?.Id ?? "";

    private static Issue DifferenceOf(Last last)
    {
        var number = last.Id.ToString(CultureInfo.InvariantCulture);
        var (zh, en) = last.State switch
        {
            "WAITING" => ($"对账 {number} 有修复待审批(hubctl reconcile approve {number})。", $"Repairs of reconciliation {number} wait for approval (hubctl reconcile approve {number})."),
            "DIFFERENT" => ($"对账 {number} 后双方仍有差异(hubctl reconcile show {number})。", $"Both sides still differ after reconciliation {number} (hubctl reconcile show {number})."),
            _ => ($"对账 {number} 未能完成:{last.Failure}", $"Reconciliation {number} failed: {last.Failure}"),
        };
        return new Issue(
            DifferentRule, $"{last.Source}|{last.Type}", last.Source, QualityDimension.Consistency, Severity.Error, zh, en, last.Type, "", "",
            last.Source, last.Source, last.State, "EQUAL", [new EvidenceRow(last.Source, last.State, RecordedAt: last.EndedAt)]);
    }

    private Issue AbsenceOf(string source, List<string> absent)
    {
        var names = string.Join(", ", absent);

        // All of them are in the evidence.
        var some = string.Join(", ", absent.Take(NamedTypes));
        var isCut = absent.Count > NamedTypes;
        var count = absent.Count.ToString(CultureInfo.InvariantCulture);
        return new Issue(
            AbsentRule, source, source, QualityDimension.Consistency, Severity.Warning,
            $"来源未值守对账,{count} 种数据无法核对:{some}{(isCut ? " 等" : "")}。请在该节点启动对账应答(clients/README.md“对账值守”)。",
            $"The source does not attend, so {count} types cannot be reconciled: {some}{(isCut ? " …" : "")}. Start its responder (clients/README.md, Attending).",
            NodeType, source, "", source, source, names, "", [new EvidenceRow(source, names)]);
    }

    private sealed record Last(long Id, string Source, string Type, string State, string Failure, DateTime EndedAt, long JobRun);
}
