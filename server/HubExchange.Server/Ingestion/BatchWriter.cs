using HubExchange.Contracts.Entities;
using HubExchange.Server.Changes;
using HubExchange.Server.Consolidation;
using HubExchange.Server.Faults;
using HubExchange.Server.Snapshots;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Ingestion;

/// <summary>
/// Writes a batch of frames, of any sources and types, in one transaction: versions, consolidation, quarantine, feed, watermarks. When
/// it returns, everything is on disk; when it throws, nothing is. Every change ends up stored, unchanged or quarantined.
/// </summary>
internal sealed class BatchWriter(
    HubStorage storage,
    RecordWriter records,
    Consolidator consolidator,
    SnapshotWriter snapshots,
    WritePlanner planner,
    WriteInstants instants,
    RecentCommits recent,
    Doorbell doorbell)
{
    /// <summary>What the writing of a batch goes on with.</summary>
    private sealed record Batch(WriteTransaction Transaction, ChangeFeed Feed, bool IsCareful)
    {
        /// <summary>When its versions are recorded; known once it has its locks.</summary>
        public DateTime RecordedAt => Feed.RecordedAt;
    }

    /// <param name="frames">Frames of a stream in the order of their sequences.</param>
    /// <param name="isCareful">Looks for the records that the database refuses, instead of failing.</param>
    /// <param name="cancellationToken">Gives up before the commit.</param>
    public async Task<List<FrameOutcome>> WriteAsync(
        IReadOnlyList<FrameWrite> frames, bool isCareful, CancellationToken cancellationToken)
    {
        var outcomes = frames.Select(frame => new FrameOutcome(frame)).ToList();
        var feed = new ChangeFeed();

        await using var transaction = await WriteTransaction.BeginAsync(storage.WriteSource, cancellationToken);
        var batch = new Batch(transaction, feed, isCareful);
        StreamStore.AddLocks(transaction, outcomes);
        var rounds = Rounds(outcomes);
        if (rounds.Count == 0)
        {
            rounds.Add([]);
        }

        await WriteRoundAsync(batch, rounds[0], outcomes, cancellationToken);
        foreach (var round in rounds.Skip(1))
        {
            await WriteRoundAsync(batch, round, [], cancellationToken);
        }

        var accepted = outcomes.FindAll(outcome => outcome.Refusal is null);
        await snapshots.AddAsync(
            transaction,
            accepted,
            (type, items) => WriteRoundAsync(batch, new() { [type] = items }, [], cancellationToken),
            cancellationToken);
        await ReachAsync(transaction, FailPoint.RecordsWritten, cancellationToken);
        accepted.ForEach(outcome => outcome.Close());
        await QuarantineWriter.AddAsync(transaction.Connection, accepted, cancellationToken);
        await ReachAsync(transaction, FailPoint.QuarantineWritten, cancellationToken);
        StreamStore.AddAdvance(transaction, accepted);
        feed.AddTo(transaction);
        await ReachAsync(transaction, FailPoint.BeforeCommit, cancellationToken);
        var positions = await transaction.CommitAsync(cancellationToken);
        if (!feed.IsEmpty)
        {
            // Where a fail point had the statements sent before, their results are gone; whoever follows reads the feed then.
            if (positions.Count > 0)
            {
                recent.Add(feed, positions[0] + 1);
            }

            doorbell.Ring();
        }

        await FailPoints.HitAsync(FailPoint.AfterCommit);
        return outcomes;
    }

    // Where a fault is to be injected, the database has to be as far as the place says.
    private static async ValueTask ReachAsync(WriteTransaction transaction, string point, CancellationToken cancellationToken)
    {
        if (FailPoints.AreOn)
        {
            await transaction.FlushAsync(cancellationToken);
            await FailPoints.HitAsync(point);
        }
    }

    // A key that comes twice from a source makes two versions, so the second one waits for the next round.
    private static List<Dictionary<EntityType, List<BatchChange>>> Rounds(List<FrameOutcome> outcomes)
    {
        var rounds = new List<Dictionary<EntityType, List<BatchChange>>>();
        var seen = new Dictionary<(EntityType, string, string), int>();
        foreach (var outcome in outcomes)
        {
            foreach (var change in outcome.Frame.Changes)
            {
                if (change.IsRejected)
                {
                    continue;
                }

                var item = new BatchChange(outcome, change);
                var key = (item.Type, item.Source, item.Key);
                var place = seen.TryGetValue(key, out var last) ? last + 1 : 0;
                seen[key] = place;
                if (place == rounds.Count)
                {
                    rounds.Add([]);
                }

                if (!rounds[place].TryGetValue(item.Type, out var items))
                {
                    rounds[place].Add(item.Type, items = []);
                }

                items.Add(item);
            }
        }

        return rounds;
    }

    /// <param name="batch">The batch.</param>
    /// <param name="round">Changes by type; each key occurs once.</param>
    /// <param name="locked">Frames whose locks were asked for before the first round.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    private async Task WriteRoundAsync(
        Batch batch, Dictionary<EntityType, List<BatchChange>> round, List<FrameOutcome> locked, CancellationToken cancellationToken)
    {
        records.AddFind(batch.Transaction, round);
        await using (var rows = await batch.Transaction.ReadAsync(cancellationToken))
        {
            if (locked.Count > 0)
            {
                batch.Feed.RecordedAt = instants.Next(await StreamStore.ReadLocksAsync(rows, locked, cancellationToken));
                locked.ForEach(outcome => outcome.Result.RecordedAt = batch.RecordedAt);
                await FailPoints.HitAsync(FailPoint.BatchLocked);
            }

            await records.ReadFoundAsync(rows, round, cancellationToken);
        }

        await FailPoints.HitAsync(FailPoint.BatchFound);

        foreach (var (type, items) in round)
        {
            items.RemoveAll(item => item.Outcome.Refusal is not null);
            await WriteAsync(batch, type, items, cancellationToken);
        }
    }

    private async Task WriteAsync(Batch batch, EntityType type, List<BatchChange> items, CancellationToken cancellationToken)
    {
        var planned = Plan(items, planner.Today());
        await DropKnownAsync(batch.Transaction, type, planned, cancellationToken);
        var shown = await consolidator.LockAsync(batch.Transaction, type, planned, cancellationToken);
        if (batch.IsCareful)
        {
            planned = await WriteCarefullyAsync(batch.Transaction, type, planned, batch.RecordedAt, cancellationToken);
        }
        else
        {
            await records.WriteAsync(
                batch.Transaction, type, planned.ConvertAll(item => item.Version!), batch.RecordedAt, cancellationToken);
        }

        planned.ForEach(item => item.Outcome.CountWritten(item.Change));
        var consolidated = await consolidator.SettleAsync(batch.Transaction, type, planned, shown, batch.RecordedAt, cancellationToken);
        planned.ForEach(item => batch.Feed.Add(type, FeedEntry.Of(item.Version!, isSettled: !item.IsShared && !item.Change.IsDelete)));
        consolidated.ForEach(entry => batch.Feed.Add(type, entry));
    }

    private List<BatchChange> Plan(List<BatchChange> items, DateOnly today)
    {
        var planned = new List<BatchChange>(items.Count);
        foreach (var item in items)
        {
            item.Version = WritePlanner.Plan(item, today);
            if (item.Version is null)
            {
                item.Outcome.Result.Counts.Unchanged++;
            }
            else if (planner.TransitionViolations(item) is { Count: > 0 } violations)
            {
                item.Outcome.Rejected.Add((item.Change, [.. item.Change.Violations, .. violations]));
            }
            else
            {
                planned.Add(item);
            }
        }

        return planned;
    }

    private async Task DropKnownAsync(
        WriteTransaction transaction, EntityType type, List<BatchChange> planned, CancellationToken cancellationToken)
    {
        var backDated = planned.FindAll(item => item.Version!.Kind == WriteKind.BackDate);
        if (backDated.Count == 0)
        {
            return;
        }

        var known = await records.FindKnownAsync(transaction, type, backDated, cancellationToken);
        foreach (var item in known)
        {
            item.Outcome.Result.Counts.Unchanged++;
        }

        planned.RemoveAll(known.Contains);
    }

    // A value that only the database refuses: halve until the record is found, keep the rest.
    private async Task<List<BatchChange>> WriteCarefullyAsync(
        WriteTransaction transaction, EntityType type, List<BatchChange> planned, DateTime recordedAt, CancellationToken cancellationToken)
    {
        if (planned.Count == 0)
        {
            return planned;
        }

        await transaction.FlushAsync(cancellationToken);
        await transaction.SaveAsync("part", cancellationToken);
        try
        {
            await records.WriteAsync(transaction, type, planned.ConvertAll(item => item.Version!), recordedAt, cancellationToken);
            await transaction.FlushAsync(cancellationToken);
            await transaction.ReleaseAsync("part", cancellationToken);
            return planned;
        }
        catch (PostgresException e) when (SqlFaults.IsData(e))
        {
            await transaction.RollbackAsync("part", cancellationToken);
            if (planned is [var item])
            {
                item.Outcome.Rejected.Add((item.Change, [.. item.Change.Violations, IngestionRules.RefusedByStore(e.SqlState)]));
                return [];
            }
        }

        var half = planned.Count / 2;
        return
        [
            .. await WriteCarefullyAsync(transaction, type, planned[..half], recordedAt, cancellationToken),
            .. await WriteCarefullyAsync(transaction, type, planned[half..], recordedAt, cancellationToken),
        ];
    }
}
