using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Faults;
using HubExchange.Server.Query;
using HubExchange.V1;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// Reconciles one type of one source: compares, names the differences, mends what may be mended, compares again, and certifies equality.
/// One run at a time over all hubs. A hub that dies in a run leaves what it mended until then, noted batch by batch; the next run finds the
/// rest. A record is mended only while it has the revision that was compared, so that nothing is ever mended twice.
/// </summary>
internal sealed partial class ReconciliationRunner(
    ReconciliationRights rights,
    Attendances attendances,
    AttendanceRegister register,
    HeldReader reader,
    SetComparer comparer,
    DifferenceMender mender,
    ReconciliationStore store,
    CertificateIssuer certificates,
    IOptions<ReconciliationOptions> options,
    TimeProvider time,
    ILogger<ReconciliationRunner> logger)
{
    private const int MaxAttempts = 5;

    /// <summary>Reconciles.</summary>
    /// <returns>The reconciliation, ended; also when it failed.</returns>
    /// <exception cref="RpcException">SOURCE_NOT_ATTENDING or SOURCE_ATTENDS_ELSEWHERE before it began; RECONCILIATION_RUNNING.</exception>
    public Task<V1.Reconciliation> RunAsync(string source, EntityType type, CancellationToken cancellationToken) =>
        RunAsync(source, type, isDryRun: false, approval: null, cancellationToken);

    /// <param name="source">Node.</param>
    /// <param name="type">Type.</param>
    /// <param name="isDryRun">Lists the differences only.</param>
    /// <param name="approval">Deletions and forks that somebody approved; null for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<V1.Reconciliation> RunAsync(
        string source, EntityType type, bool isDryRun, Approval? approval, CancellationToken cancellationToken)
    {
        var attendance = await DemandAsync(source, type, cancellationToken);
        await using var right = await DemandRightAsync(source, type, cancellationToken);
        var run = await store.BeginAsync(source, type.Id, attendance.Stream, time.GetUtcNow(), cancellationToken);
        run.DecidedBy = approval?.By ?? "";
        return await RunToEndAsync(run, type, isDryRun, approval, right, cancellationToken);
    }

    /// <summary>Does a reconciliation that a job asked for, unless it is done or being done.</summary>
    public async Task RunQueuedAsync(long id, Attendance attendance, EntityType type, CancellationToken cancellationToken)
    {
        await using var right = await rights.TryTakeAsync(attendance.Source, type.Id, cancellationToken);
        if (right is not null &&
            await store.ClaimAsync(id, attendance.Source, type.Id, attendance.Stream, time.GetUtcNow(), cancellationToken) is { } run)
        {
            await RunToEndAsync(run, type, isDryRun: false, approval: null, right, cancellationToken);
        }
    }

    /// <summary>Takes back what a reconciliation mended.</summary>
    /// <returns>Records that are as they were before.</returns>
    /// <exception cref="RpcException">RECONCILIATION_RUNNING.</exception>
    public async Task<int> UndoAsync(V1.Reconciliation run, EntityType type, string by, CancellationToken cancellationToken)
    {
        await using var right = await DemandRightAsync(run.Source, type, cancellationToken);
        var undone = 0;
        var after = "";
        while (await store.ListDifferencesAsync(run.Id, after, PageToken.MaxSize, cancellationToken) is { Count: > 0 } page)
        {
            after = page[^1].Key;
            var mended = page.FindAll(difference => difference.Outcome == DifferenceOutcome.Mended);
            undone += await mender.UndoAsync(run.Source, type, mended, by, cancellationToken);
            await store.NoteOutcomesAsync(run.Id, mended, cancellationToken);
        }

        return undone;
    }

    /// <summary>Mends what waits, as a reconciliation of its own; the one that waited is settled by it.</summary>
    public async Task<V1.Reconciliation> ApproveAsync(V1.Reconciliation waiting, EntityType type, string by, CancellationToken cancellationToken)
    {
        var approved = new Dictionary<string, long>();
        var after = "";
        while (await store.ListDifferencesAsync(waiting.Id, after, PageToken.MaxSize, cancellationToken) is { Count: > 0 } page)
        {
            after = page[^1].Key;
            page.ForEach(difference => approved.Add(difference.Key, difference.HubRevision));
        }

        return await RunAsync(waiting.Source, type, isDryRun: false, new Approval(waiting.Id, by, approved), cancellationToken);
    }

    private async Task<Attendance> DemandAsync(string source, EntityType type, CancellationToken cancellationToken)
    {
        if (attendances.Find(source, type) is { } attendance)
        {
            return attendance;
        }

        throw await register.FindHubAsync(source, type.Id, cancellationToken) is { } hub
            ? HubErrors.Of(ErrorReason.SourceAttendsElsewhere, ("source", source), ("hub", hub), ("type", type.Id))
            : HubErrors.Of(ErrorReason.SourceNotAttending, ("source", source), ("type", type.Id));
    }

    private async Task<ReconciliationLock> DemandRightAsync(string source, EntityType type, CancellationToken cancellationToken) =>
        await rights.TryTakeAsync(source, type.Id, cancellationToken)
        ?? throw HubErrors.Of(ErrorReason.ReconciliationRunning, ("source", source), ("type", type.Id));

    private async Task<V1.Reconciliation> RunToEndAsync(
        V1.Reconciliation run, EntityType type, bool isDryRun, Approval? approval, ReconciliationLock right, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(run, type, isDryRun, approval, right, cancellationToken);
        }
        catch (Exception e) when (e is RpcException or ReconciliationException or NpgsqlException or FormatException or ArgumentException)
        {
            run.State = ReconciliationState.Failed;
            run.Failure = FailureOf(e);
            Log.Failed(logger, run.Id, run.Source, type.Id, e);
        }

        await store.EndAsync(run, approval?.Id ?? 0, time.GetUtcNow(), certificates.IssueFor(run, type, time.GetUtcNow()), CancellationToken.None);
        Log.Ended(logger, run.Id, run.Source, type.Id, run.State, run.Missing, run.Extra, run.Stale, run.Forks, run.Mended);

        // A source that does not read must not hold up whoever waits for the result.
        if (attendances.Find(run.Source, type) is { } attendance)
        {
            _ = attendance.TryTellAsync(EndNotice.Of(run), attendance.Ended);
        }

        return await store.GetAsync(run.Id, "", CancellationToken.None) ?? run;
    }

    private async Task RunAsync(
        V1.Reconciliation run, EntityType type, bool isDryRun, Approval? approval, ReconciliationLock right, CancellationToken cancellationToken)
    {
        var comparison = await CompareAsync(run, type, cancellationToken);
        Describe(run, comparison);
        run.Allowed = Math.Max(options.Value.FreeRepairs, (long)(comparison.Hub.Digest.Count * options.Value.FreePercent / 100));
        if (comparison is { IsEqual: true, Hub.Damaged.Count: 0 })
        {
            run.State = ReconciliationState.Equal;
            return;
        }

        var differences = await mender.ClassifyAsync(run.Source, type, comparison, cancellationToken);
        Count(run, differences);
        await store.AddDifferencesAsync(run.Id, differences, cancellationToken);
        if (isDryRun)
        {
            run.State = ReconciliationState.Listed;
            return;
        }

        var kept = ThoseThatWait(run, differences, approval);
        await MendAsync(run, type, differences.FindAll(difference => !kept.Contains(difference)), right, cancellationToken);

        comparison = await CompareAsync(run, type, cancellationToken);
        Describe(run, comparison with { Bytes = run.Bytes, RoundTrips = run.RoundTrips, Cells = run.Cells });
        run.State = kept.Count > 0 ? ReconciliationState.Waiting
            : comparison is { IsEqual: true, Hub.Damaged.Count: 0 } ? ReconciliationState.Mended
            : ReconciliationState.Different;
    }

    // Whoever took a repair back does not want the next heartbeat to do it again.
    private static HashSet<FoundDifference> ThoseThatWait(V1.Reconciliation run, List<FoundDifference> differences, Approval? approval)
    {
        var open = differences.FindAll(difference => approval?.Holds(difference) is not true);
        var guarded = open.FindAll(difference => difference.IsGuarded && !difference.IsUndone);
        var kept = open.Where(difference => difference.IsUndone).ToHashSet();
        if (guarded.Count > run.Allowed)
        {
            kept.UnionWith(guarded);
        }

        return kept;
    }

    private static string FailureOf(Exception exception) => exception switch
    {
        RpcException rpc => rpc.Status.Detail,
        ReconciliationException => exception.Message,
        NpgsqlException => "数据库暂不可用,对账中断,请稍后重试。 The database was not available; try again later.",
        _ => $"来源的应答无效,请检查其对账应答程序:{exception.Message} The source's answer is not valid; check its responder: {exception.Message}",
    };

    private async Task MendAsync(
        V1.Reconciliation run, EntityType type, List<FoundDifference> differences, ReconciliationLock right, CancellationToken cancellationToken)
    {
        var by = run.DecidedBy.Length > 0 ? run.DecidedBy : run.Source;
        foreach (var part in differences.Chunk(options.Value.RecordBatch))
        {
            await right.EnsureAsync(cancellationToken);
            await mender.MendAsync(run.Source, type, part, by, cancellationToken);
            await FailPoints.HitAsync(FailPoint.ReconciliationMended);
            run.Mended += part.Count(difference => difference.Outcome == DifferenceOutcome.Mended);
            await store.NoteOutcomesAsync(run.Id, part, CancellationToken.None);
        }
    }

    // A source that has forgotten the sequence is asked about a newer one.
    private async Task<Comparison> CompareAsync(V1.Reconciliation run, EntityType type, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var hub = await reader.ReadAsync(run.Source, run.Stream, type, checksContent: true, cancellationToken);
            var comparison = await comparer.CompareAsync(run.Source, type, hub, cancellationToken);
            if (comparison.Source is not null)
            {
                return comparison;
            }

            if (attempt == MaxAttempts)
            {
                throw new ReconciliationException(
                    "来源无法回到枢纽的序号,请稍后重试。 The source cannot go back to the hub's sequence; try again later.");
            }
        }
    }

    private static void Describe(V1.Reconciliation run, Comparison comparison)
    {
        run.Sequence = comparison.Hub.Sequence;
        run.SourceCount = comparison.Source!.Value.Count;
        run.HubCount = comparison.Hub.Digest.Count;
        run.Digest = Google.Protobuf.UnsafeByteOperations.UnsafeWrap(comparison.Source.Value.ToArray());
        run.Bytes = comparison.Bytes;
        run.RoundTrips = comparison.RoundTrips;
        run.Cells = comparison.Cells;
    }

    private static void Count(V1.Reconciliation run, List<FoundDifference> differences)
    {
        run.Missing = differences.Count(difference => difference.Kind == DifferenceKind.Missing);
        run.Extra = differences.Count(difference => difference.Kind == DifferenceKind.Extra);
        run.Stale = differences.Count(difference => difference.Kind == DifferenceKind.Stale);
        run.Forks = differences.Count(difference => difference.Kind == DifferenceKind.Fork);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information,
            "Reconciliation {Id} of {Source} {Type}: {State}, {Missing} missing, {Extra} extra, {Stale} stale, {Forks} forks, {Mended} mended")]
        public static partial void Ended(
            ILogger logger, long id, string source, string type, ReconciliationState state, long missing, long extra, long stale, long forks, long mended);

        [LoggerMessage(LogLevel.Warning, "Reconciliation {Id} of {Source} {Type} failed")]
        public static partial void Failed(ILogger logger, long id, string source, string type, Exception exception);
    }
}
