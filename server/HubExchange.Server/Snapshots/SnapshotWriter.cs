using System.Collections.Concurrent;
using Dapper;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Ingestion;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Snapshots;

/// <summary>
/// Moves snapshots on in the transaction that writes the frames: begins them, remembers what came, and at the end deletes what did not,
/// through the way every deletion goes. Costs nothing for frames that have to do with no snapshot.
/// </summary>
internal sealed class SnapshotWriter(HubStorage storage, IOptions<SnapshotOptions> options)
{
    private readonly ConcurrentDictionary<EntityType, SnapshotStatements> _statements = new();

    /// <summary>Writes one round of changes; each key occurs once.</summary>
    public delegate Task WriteRound(EntityType type, List<BatchChange> round);

    public SnapshotStatements StatementsOf(EntityType type) =>
        _statements.GetOrAdd(type, static (type, storage) => new SnapshotStatements(storage.TableOf(type)), storage);

    /// <summary>Call it when the frames' own changes are written and not yet counted up.</summary>
    /// <param name="transaction">The transaction, which holds the locks of the sources.</param>
    /// <param name="accepted">The frames in their order.</param>
    /// <param name="writeRound">Writes deletions.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task AddAsync(
        WriteTransaction transaction, List<FrameOutcome> accepted, WriteRound writeRound, CancellationToken cancellationToken)
    {
        var marked = accepted.FindAll(outcome => outcome.Snapshot is not null);
        if (marked.Count == 0)
        {
            return;
        }

        // What is compared with the table at the end must be in it.
        await transaction.FlushAsync(cancellationToken);
        var connection = transaction.Connection;
        foreach (var outcome in marked)
        {
            await BeginOrAbandonAsync(connection, outcome, outcome.Snapshot!, cancellationToken);
        }

        await SeenKeys.AddAsync(connection, marked, cancellationToken);
        foreach (var outcome in marked)
        {
            if (outcome.Snapshot is { Approved: > 0 and var approved })
            {
                await ApplyNextAsync(transaction, outcome, approved, writeRound, cancellationToken);
            }
            else if (outcome is { Frame.Mark: SnapshotMark.End, Snapshot: { AbandonedBefore: null, Snapshot: { } ending } })
            {
                await EndAsync(transaction, outcome, ending, writeRound, cancellationToken);
            }
        }
    }

    private static async Task BeginOrAbandonAsync(
        NpgsqlConnection connection, FrameOutcome outcome, SnapshotStep step, CancellationToken cancellationToken)
    {
        var frame = outcome.Frame;
        if (step.Replaced is { } replaced)
        {
            await AbandonAsync(connection, replaced, "BEGUN_ANEW", null, outcome.Result.RecordedAt, cancellationToken);
        }

        if (step.AbandonedBefore is { } before)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                SqlFiles.Read("Snapshots/EndAbandoned.sql"),
                new { before.Id, frame.Sequence, at = outcome.Result.RecordedAt },
                cancellationToken: cancellationToken));
            Tell(outcome, before.Id, SnapshotState.Abandoned, 0);
        }
        else if (frame.Mark == SnapshotMark.Begin)
        {
            step.Snapshot!.Id = await connection.QuerySingleAsync<long>(new CommandDefinition(
                SqlFiles.Read("Snapshots/BeginSnapshot.sql"),
                new { source = frame.Caller.Node, type = frame.Type.Id, step.Snapshot.Stream, frame.Sequence, at = outcome.Result.RecordedAt },
                cancellationToken: cancellationToken));
            Tell(outcome, step.Snapshot.Id, SnapshotState.Open, 0);
        }
        else if (frame.Mark == SnapshotMark.Abort)
        {
            await AbandonAsync(connection, step.Snapshot!, "ABORTED", frame.Sequence, outcome.Result.RecordedAt, cancellationToken);
            Tell(outcome, step.Snapshot!.Id, SnapshotState.Abandoned, 0);
        }
    }

    private static async Task AbandonAsync(
        NpgsqlConnection connection, SnapshotInBatch snapshot, string abandonment, long? sequence, DateTime at, CancellationToken cancellationToken)
    {
        snapshot.IsAbandoned = true;
        await connection.ExecuteAsync(new CommandDefinition(
            SqlFiles.Read("Snapshots/AbandonSnapshot.sql"),
            new { snapshot.Id, abandonment, sequence, at },
            cancellationToken: cancellationToken));
    }

    private async Task EndAsync(
        WriteTransaction transaction, FrameOutcome outcome, SnapshotInBatch snapshot, WriteRound writeRound, CancellationToken cancellationToken)
    {
        var connection = transaction.Connection;
        var frame = outcome.Frame;
        var found = await CompareAsync(connection, frame, snapshot.Id, cancellationToken);
        var allowed = Math.Max(options.Value.FreeDeletions, (long)((decimal)options.Value.FreePercent * found.Live / 100));

        // A record whose key came mutilated is among the missing ones, and an empty export is a mistake more often than the truth.
        var waits = found.Missing > 0 && (found.Missing > allowed || found.Doubtful > 0 || found.Changes == 0);
        var before = outcome.Result.Counts.Deleted;
        while (!waits && await DeleteNextAsync(transaction, outcome, snapshot.Id, writeRound, cancellationToken) > 0)
        {
        }

        var state = waits ? SnapshotState.Waiting : SnapshotState.Applied;
        var deleted = outcome.Result.Counts.Deleted - before;
        await connection.ExecuteAsync(new CommandDefinition(
            SqlFiles.Read("Snapshots/EndSnapshot.sql"),
            new
            {
                snapshot.Id,
                source = frame.Caller.Node,
                type = frame.Type.Id,
                state = SnapshotCode.Of(state),
                frame.Sequence,
                at = outcome.Result.RecordedAt,
                found.Live,
                allowed,
                found.Missing,
                deleted,
            },
            commandTimeout: options.Value.EndTimeoutSeconds,
            cancellationToken: cancellationToken));
        Tell(outcome, snapshot.Id, state, waits ? found.Missing : deleted);
    }

    /// <summary>Keeps the keys that are missing, and counts.</summary>
    private async Task<(long Missing, long Live, long Changes, long Doubtful)> CompareAsync(
        NpgsqlConnection connection, FrameWrite frame, long id, CancellationToken cancellationToken)
    {
        var statements = StatementsOf(frame.Type);
        await using var batch = new NpgsqlBatch(connection)
        {
            Timeout = options.Value.EndTimeoutSeconds,
            BatchCommands =
            {
                new(statements.Collect)
                {
                    Parameters = { new NpgsqlParameter<string> { TypedValue = frame.Caller.Node }, new NpgsqlParameter<long> { TypedValue = id } },
                },
                new(statements.CountLive) { Parameters = { new NpgsqlParameter<string> { TypedValue = frame.Caller.Node } } },
                new(SqlFiles.Read("Snapshots/ReadContent.sql")) { Parameters = { new NpgsqlParameter<long> { TypedValue = id } } },
            },
        };
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        await rows.ReadAsync(cancellationToken);
        var live = rows.GetInt64(0);
        await rows.NextResultAsync(cancellationToken);
        await rows.ReadAsync(cancellationToken);
        var (changes, doubtful) = (rows.GetInt64(0), rows.GetInt64(1));
        await rows.CloseAsync();
        return ((long)batch.BatchCommands[0].Rows, live, changes, doubtful);
    }

    private async Task ApplyNextAsync(
        WriteTransaction transaction, FrameOutcome outcome, long id, WriteRound writeRound, CancellationToken cancellationToken)
    {
        var before = outcome.Result.Counts.Deleted;
        var isDone = await DeleteNextAsync(transaction, outcome, id, writeRound, cancellationToken) < options.Value.DeletionBatch;
        var deleted = outcome.Result.Counts.Deleted - before;
        await transaction.Connection.ExecuteAsync(new CommandDefinition(
            SqlFiles.Read("Snapshots/ProgressApproved.sql"),
            new { id, deleted, isDone, at = outcome.Result.RecordedAt },
            cancellationToken: cancellationToken));
        Tell(outcome, id, isDone ? SnapshotState.Applied : SnapshotState.Approved, deleted);
    }

    /// <summary>Deletes a batch of what the snapshot is going to delete.</summary>
    /// <returns>How many keys were left to delete; fewer than a batch when these were the last.</returns>
    private async Task<int> DeleteNextAsync(
        WriteTransaction transaction, FrameOutcome outcome, long id, WriteRound writeRound, CancellationToken cancellationToken)
    {
        var connection = transaction.Connection;
        var keys = (await connection.QueryAsync<string>(new CommandDefinition(
            SqlFiles.Read("Snapshots/TakeDeletions.sql"), new { id, limit = options.Value.DeletionBatch }, cancellationToken: cancellationToken)))
            .AsList();
        if (keys.Count == 0)
        {
            return 0;
        }

        var frame = outcome.Frame;
        await writeRound(frame.Type, keys.ConvertAll(key => new BatchChange(outcome, DeletionOf(key, frame.Changes.Count))));
        if (outcome.MayMend)
        {
            // What the source no longer has needs no mending.
            await QuarantineResolver.ResolveAsync(
                connection, frame.Caller.Node, frame.Type.Id, keys, outcome.Result.RecordedAt, cancellationToken);
        }

        return keys.Count;
    }

    private static IncomingChange DeletionOf(string key, int index) => new() { Index = index, Key = key, Received = new Change { Delete = key } };

    private static void Tell(FrameOutcome outcome, long id, SnapshotState state, long deletions) => outcome.Result.Snapshots.Add(new SnapshotOutcome
    {
        Sequence = outcome.Frame.Sequence,
        Type = outcome.Frame.Type.Id,
        SnapshotId = id,
        State = state,
        Deletions = deletions,
    });
}
