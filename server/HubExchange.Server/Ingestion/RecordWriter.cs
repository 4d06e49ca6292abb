using System.Collections.Concurrent;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Storage;
using Npgsql;
using NpgsqlTypes;

namespace HubExchange.Server.Ingestion;

/// <summary>Reads what is stored of keys and writes planned versions. Each (key, source) occurs once in a call.</summary>
internal sealed class RecordWriter(HubStorage storage)
{
    private readonly ConcurrentDictionary<EntityType, RecordStatements> _statements = new();

    public RecordStatements StatementsOf(EntityType type) =>
        _statements.GetOrAdd(type, static (type, storage) => new RecordStatements(storage.TableOf(type)), storage);

    /// <summary>The statement that finds what is stored of the changes' keys; its result is for <see cref="ReadFoundAsync"/>.</summary>
    public NpgsqlBatchCommand Find(EntityType type, List<BatchChange> changes) => new(StatementsOf(type).Find)
    {
        Parameters =
        {
            Texts(changes, change => change.Key),
            Texts(changes, change => change.Source),
            Bytes(changes, change => change.Change.Hash),
        },
    };

    /// <summary>Tells each change what the statement found.</summary>
    public async Task ReadFoundAsync(
        NpgsqlDataReader rows, EntityType type, List<BatchChange> changes, CancellationToken cancellationToken)
    {
        var states = StatementsOf(type).States.Count;
        while (await rows.ReadAsync(cancellationToken))
        {
            var change = changes[(int)rows.GetInt64(0) - 1];
            if (!rows.GetBoolean(1))
            {
                change.IsShared = true;
                continue;
            }

            var codes = states == 0 ? [] : new string?[states];
            for (var i = 0; i < states; i++)
            {
                codes[i] = rows.IsDBNull(6 + i) ? null : rows.GetString(6 + i);
            }

            change.Stored = new StoredVersion(
                rows.GetBoolean(2), rows.GetBoolean(3), rows.GetFieldValue<DateOnly>(4), rows.GetInt64(5), codes);
        }
    }

    /// <summary>Those of the back-dated versions that the history already holds.</summary>
    public async Task<HashSet<PlannedWrite>> FindKnownAsync(
        NpgsqlConnection connection, EntityType type, List<PlannedWrite> backDated, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(StatementsOf(type).FindVersions, connection)
        {
            Parameters =
            {
                Texts(backDated, write => write.Item.Key),
                Texts(backDated, write => write.Item.Source),
                Bytes(backDated, write => write.Change.Hash),
                new NpgsqlParameter<DateOnly[]> { TypedValue = Array(backDated, write => write.EffectiveFrom) },
            },
        };
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var known = new HashSet<PlannedWrite>();
        while (await rows.ReadAsync(cancellationToken))
        {
            known.Add(backDated[(int)rows.GetInt64(0) - 1]);
        }

        return known;
    }

    /// <summary>Adds the statements that write the versions of one type.</summary>
    public void Write(NpgsqlBatch batch, EntityType type, IReadOnlyList<PlannedWrite> writes, DateTime recordedAt)
    {
        var statements = StatementsOf(type);
        var replaced = writes.Where(write => write.Kind == WriteKind.Replace).ToList();
        if (replaced.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statements.Supersede)
            {
                Parameters =
                {
                    Texts(replaced, write => write.Item.Key),
                    Texts(replaced, write => write.Item.Source),
                    new NpgsqlParameter<DateTime> { TypedValue = recordedAt },
                },
            });
        }

        // In the order of the keys: neighbours in the index are written together, and two hubs cannot block each other.
        var current = writes.Where(write => write.Kind != WriteKind.BackDate).ToList();
        current.Sort(static (left, right) => string.CompareOrdinal(left.Item.Key, right.Item.Key));
        Add(batch, statements.Upsert, statements, current, recordedAt);
        Add(batch, statements.InsertVersions, statements, [.. writes.Where(write => write.Kind == WriteKind.BackDate)], recordedAt);

        // A deletion may always leave the key to another source, also to one that is writing it for the first time right now. Two that
        // both add or keep a record of the key run into the unique index, and one of them starts again.
        var shared = current.Where(write => write.Item.IsShared || write.Change.IsDelete).Select(write => write.Item.Key).Distinct().ToArray();
        if (shared.Length > 0)
        {
            foreach (var sql in new[] { statements.LockShared, statements.Unsettle, statements.Settle })
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter<string[]> { TypedValue = shared } } });
            }
        }
    }

    private static void Add(
        NpgsqlBatch batch, string sql, RecordStatements statements, List<PlannedWrite> writes, DateTime recordedAt)
    {
        if (writes.Count == 0)
        {
            return;
        }

        var command = new NpgsqlBatchCommand(sql)
        {
            Parameters =
            {
                new NpgsqlParameter<DateTime> { TypedValue = recordedAt },
                Texts(writes, write => write.Item.Key),
                Texts(writes, write => write.Item.Source),
                new NpgsqlParameter<long[]> { TypedValue = Array(writes, write => write.Revision) },
                new NpgsqlParameter<DateOnly[]> { TypedValue = Array(writes, write => write.EffectiveFrom) },
                Bytes(writes, write => write.Change.Hash),
                new NpgsqlParameter<bool[]> { TypedValue = Array(writes, write => write.Change.IsDelete) },
                new NpgsqlParameter<bool[]> { TypedValue = Array(writes, IsConsolidated) },
                new NpgsqlParameter<short[]> { TypedValue = Array(writes, write => write.Item.Frame.Rank) },
                new NpgsqlParameter
                {
                    Value = Array(writes, write => WarningsOf(write.Change)),
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
                },
                Bytes(writes, write => write.Change.Payload),
            },
        };
        var records = Array(writes, write => write.Change.Record);
        foreach (var column in statements.Columns)
        {
            command.Parameters.Add(column.BatchParameter(records));
        }

        batch.BatchCommands.Add(command);
    }

    // A key of several sources is settled by a statement of its own, when all of them are written.
    private static bool IsConsolidated(PlannedWrite write) =>
        write is { Kind: not WriteKind.BackDate, Item.IsShared: false, Change.IsDelete: false };

    // Rule ids hold no character that an array literal would have to quote.
    private static string? WarningsOf(IncomingChange change) =>
        change.Warnings is { Length: > 0 } warnings ? $"{{{string.Join(',', warnings)}}}" : null;

    private static NpgsqlParameter<string[]> Texts<T>(List<T> items, Func<T, string> select) => new() { TypedValue = Array(items, select) };

    private static NpgsqlParameter<byte[][]> Bytes<T>(List<T> items, Func<T, byte[]> select) => new() { TypedValue = Array(items, select) };

    private static TValue[] Array<T, TValue>(List<T> items, Func<T, TValue> select)
    {
        var values = new TValue[items.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = select(items[i]);
        }

        return values;
    }
}
