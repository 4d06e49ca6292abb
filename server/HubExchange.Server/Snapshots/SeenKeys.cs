using HubExchange.Contracts.Entities;
using HubExchange.Server.Ingestion;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Snapshots;

/// <summary>
/// Remembers what came: for snapshots that are open, so that their end spares it, and for ended ones whose deletions are still to be made.
/// Refused changes count like any other, since what is refused still exists at its source.
/// </summary>
internal static class SeenKeys
{
    public static async Task AddAsync(NpgsqlConnection connection, List<FrameOutcome> outcomes, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        var open = outcomes.FindAll(outcome => outcome.Snapshot!.Snapshot is { IsAbandoned: false });
        AddPairs(batch, "Snapshots/AddSeen.sql", open, step => [step.Snapshot!.Id]);
        AddPairs(batch, "Snapshots/SpareDeletions.sql", outcomes, step => step.Undecided);
        AddCounts(batch, open);
        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static void AddPairs(
        NpgsqlBatch batch, string sql, List<FrameOutcome> outcomes, Func<SnapshotStep, IReadOnlyList<long>> snapshotsOf)
    {
        var ids = new List<long>();
        var keys = new List<string>();
        foreach (var outcome in outcomes)
        {
            foreach (var id in snapshotsOf(outcome.Snapshot!))
            {
                foreach (var change in outcome.Frame.Changes.Where(change => EntityType.IsKey(change.Key)))
                {
                    ids.Add(id);
                    keys.Add(change.Key);
                }
            }
        }

        if (ids.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(SqlFiles.Read(sql))
            {
                Parameters = { new NpgsqlParameter<long[]> { TypedValue = [.. ids] }, new NpgsqlParameter<string[]> { TypedValue = [.. keys] } },
            });
        }
    }

    private static void AddCounts(NpgsqlBatch batch, List<FrameOutcome> open)
    {
        var counts = open
            .GroupBy(outcome => outcome.Snapshot!.Snapshot!)
            .Select(group => (
                group.Key.Id,
                Changes: group.Sum(outcome => outcome.Snapshot!.IsProgress(outcome.Frame) ? (long)outcome.Frame.Changes.Count : 0),
                Doubtful: group.Sum(outcome => outcome.Frame.Changes.LongCount(change => IsDoubtful(outcome.Frame.Type, change))),
                IsProgress: group.Any(outcome => outcome.Snapshot!.IsProgress(outcome.Frame))))
            .ToList();
        if (counts.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(SqlFiles.Read("Snapshots/CountFrames.sql"))
            {
                Parameters =
                {
                    new NpgsqlParameter<long[]> { TypedValue = [.. counts.Select(count => count.Id)] },
                    new NpgsqlParameter<long[]> { TypedValue = [.. counts.Select(count => count.Changes)] },
                    new NpgsqlParameter<long[]> { TypedValue = [.. counts.Select(count => count.Doubtful)] },
                    new NpgsqlParameter<bool[]> { TypedValue = [.. counts.Select(count => count.IsProgress)] },
                    new NpgsqlParameter<DateTime> { TypedValue = open[0].Result.RecordedAt },
                },
            });
        }
    }

    /// <summary>The record that is meant may be another one: its key cannot be read, or is what is wrong with it.</summary>
    private static bool IsDoubtful(EntityType type, IncomingChange change) =>
        !EntityType.IsKey(change.Key) ||
        change.Violations.Exists(violation =>
            violation.Severity == Severity.Error && type.Key.Any(field => field.Name == violation.Field));
}
