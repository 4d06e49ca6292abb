using HubExchange.Contracts.Entities;
using HubExchange.Server.Faults;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Ingestion;

/// <summary>
/// Writes a batch of frames, of any sources and types, in one transaction: versions, quarantine, watermarks. When it returns, everything
/// is on disk; when it throws, nothing is. Every change ends up stored, unchanged or quarantined.
/// </summary>
internal sealed class BatchWriter(
    HubStorage storage, RecordWriter records, WritePlanner planner, TimeProvider time)
{
    /// <param name="frames">Frames of a stream in the order of their sequences.</param>
    /// <param name="isCareful">Looks for the records that the database refuses, instead of failing.</param>
    /// <param name="cancellationToken">Gives up before the commit.</param>
    public async Task<List<FrameOutcome>> WriteAsync(
        IReadOnlyList<FrameWrite> frames, bool isCareful, CancellationToken cancellationToken)
    {
        var recordedAt = time.GetUtcNow().UtcDateTime;
        var outcomes = frames.Select(frame => new FrameOutcome(frame, recordedAt)).ToList();

        await using var connection = await storage.WriteSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await StreamStore.LockAsync(connection, outcomes, cancellationToken);
        await FailPoints.HitAsync(FailPoint.BatchLocked);

        var accepted = outcomes.Where(outcome => outcome.Refusal is null).ToList();
        foreach (var round in Rounds(accepted))
        {
            await WriteRoundAsync(connection, transaction, round, recordedAt, isCareful, cancellationToken);
        }

        await FailPoints.HitAsync(FailPoint.RecordsWritten);
        accepted.ForEach(outcome => outcome.Close());
        await QuarantineWriter.AddAsync(connection, accepted, cancellationToken);
        await FailPoints.HitAsync(FailPoint.QuarantineWritten);
        await StreamStore.AdvanceAsync(connection, accepted, cancellationToken);
        await FailPoints.HitAsync(FailPoint.BeforeCommit);
        await transaction.CommitAsync(cancellationToken);
        await FailPoints.HitAsync(FailPoint.AfterCommit);
        return outcomes;
    }

    // A key that comes twice from a source makes two versions, so the second one waits for the next round.
    private static IEnumerable<List<(FrameOutcome Outcome, BatchChange Item)>> Rounds(List<FrameOutcome> outcomes)
    {
        var open = outcomes
            .SelectMany(outcome => outcome.Frame.Changes.Where(change => !change.IsRejected), (outcome, change) =>
                (Outcome: outcome, Item: new BatchChange(outcome.Frame, change)))
            .ToList();
        while (open.Count > 0)
        {
            var keys = new HashSet<(EntityType, string, string)>(open.Count);
            var round = new List<(FrameOutcome, BatchChange)>(open.Count);
            var later = new List<(FrameOutcome, BatchChange)>();
            foreach (var entry in open)
            {
                (keys.Add((entry.Item.Frame.Type, entry.Item.Source, entry.Item.Key)) ? round : later).Add(entry);
            }

            yield return round;
            open = later;
        }
    }

    private async Task WriteRoundAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        List<(FrameOutcome Outcome, BatchChange Item)> round,
        DateTime recordedAt,
        bool isCareful,
        CancellationToken cancellationToken)
    {
        var types = round.GroupBy(entry => entry.Item.Frame.Type).Select(group => (Type: group.Key, Entries: group.ToList())).ToList();
        await FindAsync(connection, types, cancellationToken);
        await FailPoints.HitAsync(FailPoint.BatchFound);

        await using var batch = new NpgsqlBatch(connection);
        var today = planner.Today();
        foreach (var (type, entries) in types)
        {
            var writes = Plan(entries, today);
            await DropKnownAsync(connection, type, writes, cancellationToken);
            if (isCareful)
            {
                await WriteCarefullyAsync(connection, transaction, type, writes, recordedAt, cancellationToken);
                continue;
            }

            records.Write(batch, type, writes.ConvertAll(entry => entry.Write), recordedAt);
            writes.ForEach(entry => entry.Outcome.CountWritten(entry.Write.Change));
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private async Task FindAsync(
        NpgsqlConnection connection,
        List<(EntityType Type, List<(FrameOutcome Outcome, BatchChange Item)> Entries)> types,
        CancellationToken cancellationToken)
    {
        var changes = types.ConvertAll(group => (group.Type, Items: group.Entries.ConvertAll(entry => entry.Item)));
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (type, items) in changes)
        {
            MarkShared(items);
            batch.BatchCommands.Add(records.Find(type, items));
        }

        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        foreach (var (type, items) in changes)
        {
            await records.ReadFoundAsync(rows, type, items, cancellationToken);
            await rows.NextResultAsync(cancellationToken);
        }
    }

    // Two sources may bring the same new key in one batch, when the database cannot tell yet.
    private static void MarkShared(List<BatchChange> items)
    {
        var first = new Dictionary<string, BatchChange>(items.Count);
        foreach (var item in items)
        {
            if (!first.TryAdd(item.Key, item))
            {
                item.IsShared = first[item.Key].IsShared = true;
            }
        }
    }

    private List<(FrameOutcome Outcome, PlannedWrite Write)> Plan(
        List<(FrameOutcome Outcome, BatchChange Item)> entries, DateOnly today)
    {
        var writes = new List<(FrameOutcome, PlannedWrite)>(entries.Count);
        foreach (var (outcome, item) in entries)
        {
            if (WritePlanner.Plan(item, today) is not { } write)
            {
                outcome.Result.Counts.Unchanged++;
            }
            else if (planner.TransitionViolations(item) is { Count: > 0 } violations)
            {
                outcome.Rejected.Add((item.Change, [.. item.Change.Violations, .. violations]));
            }
            else
            {
                writes.Add((outcome, write));
            }
        }

        return writes;
    }

    private async Task DropKnownAsync(
        NpgsqlConnection connection,
        EntityType type,
        List<(FrameOutcome Outcome, PlannedWrite Write)> writes,
        CancellationToken cancellationToken)
    {
        var backDated = writes.Where(entry => entry.Write.Kind == WriteKind.BackDate).Select(entry => entry.Write).ToList();
        if (backDated.Count == 0)
        {
            return;
        }

        var known = await records.FindKnownAsync(connection, type, backDated, cancellationToken);
        writes.RemoveAll(entry =>
        {
            var isKnown = known.Contains(entry.Write);
            entry.Outcome.Result.Counts.Unchanged += isKnown ? 1 : 0;
            return isKnown;
        });
    }

    // A value that only the database refuses: halve until the record is found, keep the rest.
    private async Task WriteCarefullyAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        EntityType type,
        List<(FrameOutcome Outcome, PlannedWrite Write)> writes,
        DateTime recordedAt,
        CancellationToken cancellationToken)
    {
        if (writes.Count == 0)
        {
            return;
        }

        await transaction.SaveAsync("part", cancellationToken);
        try
        {
            await using var batch = new NpgsqlBatch(connection);
            records.Write(batch, type, writes.ConvertAll(entry => entry.Write), recordedAt);
            await batch.ExecuteNonQueryAsync(cancellationToken);
            await transaction.ReleaseAsync("part", cancellationToken);
            writes.ForEach(entry => entry.Outcome.CountWritten(entry.Write.Change));
            return;
        }
        catch (PostgresException e) when (SqlFaults.IsData(e))
        {
            await transaction.RollbackAsync("part", cancellationToken);
            if (writes is [var (outcome, write)])
            {
                outcome.Rejected.Add((write.Change, [.. write.Change.Violations, IngestionRules.RefusedByStore(e.SqlState)]));
                return;
            }
        }

        var half = writes.Count / 2;
        await WriteCarefullyAsync(connection, transaction, type, writes[..half], recordedAt, cancellationToken);
        await WriteCarefullyAsync(connection, transaction, type, writes[half..], recordedAt, cancellationToken);
    }
}
