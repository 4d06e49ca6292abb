using Dapper;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Snapshots;

/// <summary>Reads snapshots, and keeps what is decided about them.</summary>
internal sealed class SnapshotStore(HubStorage storage, SnapshotWriter writer)
{
    /// <summary>One snapshot; of the given node only, unless that is empty.</summary>
    public async Task<Snapshot?> GetAsync(long id, string node, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            SqlFiles.Read("Snapshots/GetSnapshot.sql"), new { id, node }, cancellationToken: cancellationToken));
        return row is null ? null : ToSnapshot(row);
    }

    /// <summary>Snapshots below an id, newest first. Empty filters mean all.</summary>
    public async Task<List<Snapshot>> ListAsync(
        string source, string type, SnapshotState state, long before, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            SqlFiles.Read("Snapshots/ListSnapshots.sql"),
            new { source, type, state = SnapshotCode.Of(state), before, limit },
            cancellationToken: cancellationToken));
        return [.. rows.Select(ToSnapshot)];
    }

    /// <summary>What a snapshot is going to delete, after a key, and the number of all of it.</summary>
    public async Task<(List<SnapshotDeletion> Deletions, long Total)> ListDeletionsAsync(
        Snapshot snapshot, EntityType type, string after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<DeletionRow>(new CommandDefinition(
            writer.StatementsOf(type).ListDeletions,
            new { snapshot.Id, snapshot.Source, after, limit },
            cancellationToken: cancellationToken));
        var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            SqlFiles.Read("Snapshots/CountDeletions.sql"), new { snapshot.Id }, cancellationToken: cancellationToken));
        return ([.. rows.Select(ToDeletion)], total);
    }

    /// <summary>Approves a snapshot if it waits; its deletions are still to be made.</summary>
    public async Task<bool> ApproveAsync(Snapshot snapshot, string by, string reason, DateTime at, CancellationToken cancellationToken) =>
        await AlterAsync(
            snapshot.Source,
            async (connection, transaction) => await connection.ExecuteAsync(new CommandDefinition(
                SqlFiles.Read("Snapshots/ApproveSnapshot.sql"), new { snapshot.Id, by, reason, at }, transaction, cancellationToken: cancellationToken)),
            cancellationToken) > 0;

    /// <summary>Rejects a snapshot if it waits.</summary>
    public async Task<bool> RejectAsync(Snapshot snapshot, string by, string reason, DateTime at, CancellationToken cancellationToken) =>
        await AlterAsync(
            snapshot.Source,
            (connection, transaction) => connection.ExecuteScalarAsync<int>(new CommandDefinition(
                SqlFiles.Read("Snapshots/RejectSnapshot.sql"), new { snapshot.Id, by, reason, at }, transaction, cancellationToken: cancellationToken)),
            cancellationToken) > 0;

    /// <summary>Abandons open snapshots that nothing came of since a time.</summary>
    /// <returns>How many there were to abandon; fewer than the limit when these were the last.</returns>
    public async Task<int> AbandonIdleAsync(DateTime before, DateTime at, int limit, CancellationToken cancellationToken)
    {
        List<(long Id, string Source)> idle;
        await using (var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken))
        {
            idle = (await connection.QueryAsync<(long, string)>(new CommandDefinition(
                SqlFiles.Read("Snapshots/ListIdle.sql"), new { before, limit }, cancellationToken: cancellationToken))).AsList();
        }

        foreach (var (id, source) in idle)
        {
            await AlterAsync(
                source,
                (connection, transaction) => connection.ExecuteScalarAsync<int>(new CommandDefinition(
                    SqlFiles.Read("Snapshots/AbandonIdle.sql"), new { id, before, at }, transaction, cancellationToken: cancellationToken)),
                cancellationToken);
        }

        return idle.Count;
    }

    /// <summary>Numbers of approved snapshots whose deletions are not all made.</summary>
    public async Task<List<long>> ListApprovedAsync(int limit, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<long>(new CommandDefinition(
            SqlFiles.Read("Snapshots/ListApproved.sql"), new { limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Forgets snapshots that were closed before a time.</summary>
    public async Task<int> DeleteClosedAsync(DateTime before, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            SqlFiles.Read("Snapshots/DeleteClosed.sql"), new { before, limit }, cancellationToken: cancellationToken));
    }

    // With the lock that whoever writes for the source takes first: a batch that has read a state can rely on it.
    private async Task<int> AlterAsync(
        string source, Func<NpgsqlConnection, NpgsqlTransaction, Task<int>> alter, CancellationToken cancellationToken)
    {
        await using var connection = await storage.WriteSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var command = new NpgsqlCommand(SqlFiles.Read("Ingestion/LockSources.sql"), connection, transaction))
        {
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [source] });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        var altered = await alter(connection, transaction);
        await transaction.CommitAsync(cancellationToken);
        return altered;
    }

    private static Snapshot ToSnapshot(Row row) => new()
    {
        Id = row.Id,
        Source = row.Source,
        Type = row.Type,
        Stream = row.Stream,
        State = SnapshotCode.Read(row.State),
        BeginSequence = row.BeginSequence,
        EndSequence = row.EndSequence ?? 0,
        BegunAt = Timestamp.FromDateTime(row.BegunAt),
        ProgressedAt = Timestamp.FromDateTime(row.ProgressedAt),
        EndedAt = row.EndedAt is { } endedAt ? Timestamp.FromDateTime(endedAt) : null,
        ClosedAt = row.ClosedAt is { } closedAt ? Timestamp.FromDateTime(closedAt) : null,
        Changes = row.Changes,
        DoubtfulKeys = row.Doubtful,
        LiveRecords = row.Live,
        AllowedDeletions = row.Allowed,
        MissingRecords = row.Missing,
        DeletedRecords = row.Deleted,
        DecidedBy = row.DecidedBy ?? "",
        DecidedAt = row.DecidedAt is { } decidedAt ? Timestamp.FromDateTime(decidedAt) : null,
        DecisionReason = row.DecisionReason ?? "",
        Abandonment = SnapshotCode.ReadAbandonment(row.Abandonment),
    };

    private static SnapshotDeletion ToDeletion(DeletionRow row) => new()
    {
        Key = row.Key,
        Label = row.Label,
        Revision = row.Revision,
        RecordedAt = row.RecordedAt is { } recordedAt ? Timestamp.FromDateTime(recordedAt) : null,
    };

    private sealed record Row(
        long Id, string Source, string Type, string Stream, string State, long BeginSequence, long? EndSequence, DateTime BegunAt,
        DateTime ProgressedAt, DateTime? EndedAt, DateTime? ClosedAt, long Changes, long Doubtful, long Live, long Allowed, long Missing,
        long Deleted, string? DecidedBy, DateTime? DecidedAt, string? DecisionReason, string? Abandonment);

    private sealed record DeletionRow(string Key, string Label, long Revision, DateTime? RecordedAt);
}
