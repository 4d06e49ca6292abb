using System.Collections.Concurrent;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Storage;
using Npgsql;
using NpgsqlTypes;

namespace HubExchange.Server.Ingestion;

/// <summary>Reads what is stored of keys and writes planned versions, inside the caller's transaction. Keys within a call are distinct.</summary>
internal sealed class RecordWriter(HubStorage storage)
{
    private readonly ConcurrentDictionary<EntityType, RecordStatements> _statements = new();

    public RecordStatements StatementsOf(EntityType type) =>
        _statements.GetOrAdd(type, static (type, storage) => new RecordStatements(storage.TableOf(type)), storage);

    /// <summary>What the source's own row of each key is, and which keys other sources report as well.</summary>
    public async Task<(Dictionary<string, StoredState> Own, HashSet<string> Shared)> FindAsync(
        NpgsqlConnection connection, EntityType type, string source, string[] keys, CancellationToken cancellationToken)
    {
        var statements = StatementsOf(type);
        var own = new Dictionary<string, StoredState>(keys.Length);
        var shared = new HashSet<string>();
        await using var command = new NpgsqlCommand(statements.Find, connection)
        {
            Parameters = { new NpgsqlParameter<string[]> { TypedValue = keys } },
        };
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var key = rows.GetString(0);
            if (rows.GetString(1) != source)
            {
                shared.Add(key);
                continue;
            }

            var states = new string?[statements.States.Count];
            for (var i = 0; i < states.Length; i++)
            {
                states[i] = rows.IsDBNull(6 + i) ? null : rows.GetString(6 + i);
            }

            own[key] = new StoredState(
                rows.GetFieldValue<byte[]>(2), rows.GetBoolean(3), rows.GetFieldValue<DateOnly>(4), rows.GetInt64(5), states);
        }

        return (own, shared);
    }

    /// <summary>Business date and hash of every version in the history of the keys.</summary>
    public async Task<HashSet<(string Key, DateOnly EffectiveFrom, string Hash)>> FindVersionsAsync(
        NpgsqlConnection connection, EntityType type, string source, string[] keys, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(StatementsOf(type).FindVersions, connection)
        {
            Parameters = { new NpgsqlParameter<string[]> { TypedValue = keys }, new NpgsqlParameter<string> { TypedValue = source } },
        };
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var versions = new HashSet<(string, DateOnly, string)>();
        while (await rows.ReadAsync(cancellationToken))
        {
            versions.Add((rows.GetString(0), rows.GetFieldValue<DateOnly>(1), Convert.ToHexString(rows.GetFieldValue<byte[]>(2))));
        }

        return versions;
    }

    public async Task WriteAsync(
        NpgsqlConnection connection,
        FrameWrite frame,
        IReadOnlyList<PlannedWrite> writes,
        DateTime recordedAt,
        CancellationToken cancellationToken)
    {
        var statements = StatementsOf(frame.Type);
        var current = writes.Where(write => write.Kind != WriteKind.BackDate).ToList();
        var backDated = writes.Where(write => write.Kind == WriteKind.BackDate).ToList();
        var replaced = writes.Where(write => write.Kind == WriteKind.Replace).Select(write => write.Change.Key).ToArray();
        var shared = current.Where(write => write.IsShared).Select(write => write.Change.Key).ToArray();

        await using var batch = new NpgsqlBatch(connection);
        if (replaced.Length > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statements.Supersede)
            {
                Parameters =
                {
                    new NpgsqlParameter<string[]> { TypedValue = replaced },
                    new NpgsqlParameter<string> { TypedValue = frame.Caller.Node },
                    new NpgsqlParameter<DateTime> { TypedValue = recordedAt },
                },
            });
        }

        if (current.Count > 0)
        {
            batch.BatchCommands.Add(Rows(statements.Upsert, frame, current, recordedAt));
        }

        if (backDated.Count > 0)
        {
            batch.BatchCommands.Add(Rows(statements.InsertVersions, frame, backDated, recordedAt));
        }

        if (shared.Length > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statements.Unsettle) { Parameters = { new NpgsqlParameter<string[]> { TypedValue = shared } } });
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statements.Settle) { Parameters = { new NpgsqlParameter<string[]> { TypedValue = shared } } });
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private NpgsqlBatchCommand Rows(string sql, FrameWrite frame, List<PlannedWrite> writes, DateTime recordedAt)
    {
        var isHistory = writes[0].Kind == WriteKind.BackDate;
        var command = new NpgsqlBatchCommand(sql)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = frame.Caller.Node },
                new NpgsqlParameter<DateTime> { TypedValue = recordedAt },
                new NpgsqlParameter<short> { TypedValue = (short)frame.Type.RankOf(frame.Caller.Kind) },
                new NpgsqlParameter<string[]> { TypedValue = Array(write => write.Change.Key) },
                new NpgsqlParameter<long[]> { TypedValue = Array(write => write.Revision) },
                new NpgsqlParameter<DateOnly[]> { TypedValue = Array(write => write.EffectiveFrom) },
                new NpgsqlParameter<byte[][]> { TypedValue = Array(write => write.Change.Hash) },
                new NpgsqlParameter<bool[]> { TypedValue = Array(write => write.Change.IsDelete) },
                new NpgsqlParameter<bool[]> { TypedValue = Array(write => !isHistory && !write.IsShared && !write.Change.IsDelete) },
                new NpgsqlParameter { Value = Array(write => WarningsOf(write.Change)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new NpgsqlParameter<byte[][]> { TypedValue = Array(write => write.Change.Payload) },
            },
        };
        var records = Array(write => write.Change.Record);
        foreach (var column in storage.TableOf(frame.Type).Columns)
        {
            command.Parameters.Add(column.BatchParameter(records));
        }

        return command;

        T[] Array<T>(Func<PlannedWrite, T> select)
        {
            var values = new T[writes.Count];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = select(writes[i]);
            }

            return values;
        }
    }

    // Rule ids hold no character that an array literal would have to quote.
    private static string? WarningsOf(IncomingChange change) =>
        change.Warnings is { Length: > 0 } warnings ? $"{{{string.Join(',', warnings)}}}" : null;
}
