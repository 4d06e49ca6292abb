using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Validation;
using HubExchange.Region.V1;
using HubExchange.Server.Errors;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Ingestion;

/// <summary>
/// Writes a frame in one transaction: versions, quarantine, watermark. When it returns, everything is on disk; when it throws, nothing
/// is. Every change ends up stored, unchanged or quarantined.
/// </summary>
internal sealed partial class FrameWriter(
    HubStorage storage,
    RecordWriter records,
    WritePlanner planner,
    DivisionRegister divisions,
    TimeProvider time,
    ILogger<FrameWriter> logger)
{
    private const int MaxAttempts = 5;

    public async Task<FrameResult> WriteAsync(FrameWrite frame, CancellationToken cancellationToken)
    {
        var isCareful = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var result = await WriteOnceAsync(frame, isCareful, cancellationToken);
                if (frame.Type.Message == Division.Descriptor)
                {
                    await divisions.RefreshAsync(cancellationToken);
                }

                return result;
            }
            catch (PostgresException e) when (attempt < MaxAttempts && SqlFaults.IsConflict(e))
            {
                // Another source wrote the same key first; what it wrote is visible now.
                Log.Retried(logger, frame.Type.Id, e.SqlState);
            }
            catch (PostgresException e) when (!isCareful && SqlFaults.IsData(e))
            {
                isCareful = true;
            }
        }
    }

    private async Task<FrameResult> WriteOnceAsync(FrameWrite frame, bool isCareful, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LockAsync(connection, frame, cancellationToken);

        var result = new FrameResult
        {
            Sequence = frame.Sequence,
            Type = frame.Type.Id,
            Digest = frame.Digest,
            RecordedAt = time.GetUtcNow().UtcDateTime,
        };
        var rejected = frame.Changes.Where(change => change.IsRejected).Select(change => (change, change.Violations)).ToList();
        foreach (var round in Rounds(frame.Changes))
        {
            var plan = await planner.PlanAsync(connection, frame, round, result.Counts, cancellationToken);
            rejected.AddRange(plan.Rejected);
            rejected.AddRange(await WriteRoundAsync(connection, transaction, frame, plan.Writes, result, isCareful, cancellationToken));
        }

        result.Counts.Quarantined = rejected.Count;
        result.Counts.Warned = frame.Changes.Count(change => change.Violations.Count > 0) - frame.Changes.Count(change => change.IsRejected);
        result.Rejected.AddRange(await QuarantineWriter.AddAsync(connection, frame, rejected, result.RecordedAt, cancellationToken));
        if (frame.Stream is { } stream)
        {
            await StreamStore.AdvanceAsync(connection, stream, result, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    // Frames of one source are written one after the other, so that what was planned still holds when it is written.
    private static async Task LockAsync(NpgsqlConnection connection, FrameWrite frame, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFiles.Read("Ingestion/LockSource.sql"), connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = frame.Caller.Node } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);

        if (frame.Stream is not { } opened)
        {
            return;
        }

        var current = await StreamStore.LockAsync(connection, opened, cancellationToken);
        if (current.Epoch != opened.Epoch || current.Sequence != frame.Sequence - 1)
        {
            throw HubErrors.Of(ErrorReason.StreamFenced, ("source", opened.Source), ("stream", opened.Stream));
        }
    }

    // A key that comes twice in a frame makes two versions, so the second one waits for the next round.
    private static IEnumerable<List<IncomingChange>> Rounds(IReadOnlyList<IncomingChange> changes)
    {
        var open = changes.Where(change => !change.IsRejected).ToList();
        while (open.Count > 0)
        {
            var keys = new HashSet<string>(open.Count);
            var round = new List<IncomingChange>(open.Count);
            var later = new List<IncomingChange>();
            foreach (var change in open)
            {
                (keys.Add(change.Key) ? round : later).Add(change);
            }

            yield return round;
            open = later;
        }
    }

    private async Task<List<(IncomingChange Change, List<Violation> Violations)>> WriteRoundAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        FrameWrite frame,
        List<PlannedWrite> writes,
        FrameResult result,
        bool isCareful,
        CancellationToken cancellationToken)
    {
        if (!isCareful)
        {
            await records.WriteAsync(connection, frame, writes, result.RecordedAt, cancellationToken);
            WritePlanner.Count(writes, result.Counts);
            return [];
        }

        // A value that only the database refuses: halve until the record is found, keep the rest.
        await transaction.SaveAsync("part", cancellationToken);
        try
        {
            await records.WriteAsync(connection, frame, writes, result.RecordedAt, cancellationToken);
            await transaction.ReleaseAsync("part", cancellationToken);
            WritePlanner.Count(writes, result.Counts);
            return [];
        }
        catch (PostgresException e) when (SqlFaults.IsData(e))
        {
            await transaction.RollbackAsync("part", cancellationToken);
            if (writes is [var single])
            {
                return [(single.Change, [.. single.Change.Violations, IngestionRules.RefusedByStore(e.SqlState)])];
            }
        }

        var half = writes.Count / 2;
        var rejected = await WriteRoundAsync(connection, transaction, frame, [.. writes.Take(half)], result, isCareful, cancellationToken);
        rejected.AddRange(await WriteRoundAsync(connection, transaction, frame, [.. writes.Skip(half)], result, isCareful, cancellationToken));
        return rejected;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Frame of {EntityType} is written again after {SqlState}")]
        public static partial void Retried(ILogger logger, string entityType, string sqlState);
    }
}
