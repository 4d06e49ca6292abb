using System.Collections.Concurrent;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Query;
using HubExchange.V1;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// Reconciles one type of one source: compares, names the differences, mends what may be mended, compares again, and certifies equality.
/// What schedules reconciliations calls <see cref="RunAsync(string, EntityType, CancellationToken)"/>.
/// </summary>
internal sealed partial class ReconciliationRunner(
    Attendances attendances,
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

    private readonly ConcurrentDictionary<(string Source, string Type), bool> _running = new();

    /// <summary>Reconciles.</summary>
    /// <returns>The reconciliation, ended; also when it failed.</returns>
    /// <exception cref="RpcException">SOURCE_NOT_ATTENDING before it began; RECONCILIATION_RUNNING.</exception>
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
        var attendance = attendances.Demand(source, type);
        if (!_running.TryAdd((source, type.Id), true))
        {
            throw HubErrors.Of(ErrorReason.ReconciliationRunning, ("source", source), ("type", type.Id));
        }

        try
        {
            var run = await store.BeginAsync(source, type.Id, attendance.Stream, time.GetUtcNow(), cancellationToken);
            run.DecidedBy = approval?.By ?? "";
            try
            {
                await RunAsync(run, type, isDryRun, approval, cancellationToken);
            }
            catch (Exception e) when (e is RpcException or ReconciliationException or NpgsqlException or FormatException or ArgumentException)
            {
                run.State = ReconciliationState.Failed;
                run.Failure = e is RpcException rpc ? rpc.Status.Detail : e.Message;
                Log.Failed(logger, run.Id, source, type.Id, e);
            }

            await store.EndAsync(run, time.GetUtcNow(), certificates.IssueFor(run, type, time.GetUtcNow()), CancellationToken.None);
            Log.Ended(logger, run.Id, source, type.Id, run.State, run.Missing, run.Extra, run.Stale, run.Forks, run.Mended);
            return await store.GetAsync(run.Id, "", CancellationToken.None) ?? run;
        }
        finally
        {
            _running.TryRemove((source, type.Id), out _);
        }
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

        var run = await RunAsync(waiting.Source, type, isDryRun: false, new Approval(by, approved), cancellationToken);
        if (run.State != ReconciliationState.Failed)
        {
            await store.SettleAsync(waiting.Id, by, cancellationToken);
        }

        return run;
    }

    private async Task RunAsync(
        V1.Reconciliation run, EntityType type, bool isDryRun, Approval? approval, CancellationToken cancellationToken)
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

        var guarded = differences.Where(difference => difference.IsGuarded && approval?.Holds(difference) is not true).ToHashSet();
        var waits = guarded.Count > run.Allowed;
        var by = run.DecidedBy.Length > 0 ? run.DecidedBy : run.Source;
        try
        {
            await mender.MendAsync(
                run.Source, type, waits ? differences.FindAll(difference => !guarded.Contains(difference)) : differences, by, cancellationToken);
        }
        finally
        {
            run.Mended = differences.Count(difference => difference.Outcome == DifferenceOutcome.Mended);
            await store.NoteOutcomesAsync(run.Id, differences, CancellationToken.None);
        }

        comparison = await CompareAsync(run, type, cancellationToken);
        Describe(run, comparison with { Bytes = run.Bytes, RoundTrips = run.RoundTrips, Cells = run.Cells });
        run.State = waits ? ReconciliationState.Waiting
            : comparison is { IsEqual: true, Hub.Damaged.Count: 0 } ? ReconciliationState.Mended
            : ReconciliationState.Different;
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
