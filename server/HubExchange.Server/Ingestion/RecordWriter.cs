using System.Collections.Concurrent;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Ingestion;

/// <summary>Reads what is stored of keys and writes versions. Each (key, source) occurs once in a call.</summary>
internal sealed class RecordWriter(HubStorage storage, IOptions<IngestionOptions> options)
{
    // The life-cycle columns come last in what RecordStatements.Find returns.
    private const int FirstState = 7;

    private readonly ConcurrentDictionary<EntityType, RecordStatements> _statements = new();

    public RecordStatements StatementsOf(EntityType type) =>
        _statements.GetOrAdd(type, static (type, storage) => new RecordStatements(storage.TableOf(type)), storage);

    /// <summary>Adds the statements that find what is stored of the changes' keys; their results are for <see cref="ReadFoundAsync"/>.</summary>
    public void AddFind(WriteTransaction transaction, IReadOnlyDictionary<EntityType, List<BatchChange>> changes)
    {
        foreach (var (type, items) in changes)
        {
            MarkShared(items);
            transaction.Add(new NpgsqlBatchCommand(StatementsOf(type).Find)
            {
                Parameters =
                {
                    BatchArray.Of(items, item => item.Key),
                    BatchArray.Of(items, item => item.Source),
                    BatchArray.Of(items, item => item.Change.Hash),
                },
            });
        }
    }

    /// <summary>Tells each change what the statements found.</summary>
    public async Task ReadFoundAsync(
        NpgsqlDataReader rows, IReadOnlyDictionary<EntityType, List<BatchChange>> changes, CancellationToken cancellationToken)
    {
        foreach (var (type, items) in changes)
        {
            var states = StatementsOf(type).States.Count;
            while (await rows.ReadAsync(cancellationToken))
            {
                ReadFound(rows, items[(int)rows.GetInt64(0) - 1], states);
            }

            await rows.NextResultAsync(cancellationToken);
        }
    }

    /// <summary>Those of the back-dated versions that the history already holds. The others get the next revision.</summary>
    public async Task<HashSet<BatchChange>> FindKnownAsync(
        WriteTransaction transaction, EntityType type, List<BatchChange> backDated, CancellationToken cancellationToken)
    {
        transaction.Add(new NpgsqlBatchCommand(StatementsOf(type).FindVersions)
        {
            Parameters =
            {
                BatchArray.Of(backDated, item => item.Key),
                BatchArray.Of(backDated, item => item.Source),
                BatchArray.Of(backDated, item => item.Change.Hash),
                BatchArray.Of(backDated, item => item.Version!.EffectiveFrom),
            },
        });
        await using var rows = await transaction.ReadAsync(cancellationToken);
        var known = new HashSet<BatchChange>();
        while (await rows.ReadAsync(cancellationToken))
        {
            var item = backDated[(int)rows.GetInt64(0) - 1];
            if (rows.GetBoolean(1))
            {
                known.Add(item);
            }

            item.Version!.Revision = Math.Max(item.Version.Revision, rows.GetInt64(2) + 1);
        }

        return known;
    }

    /// <summary>Writes versions of one type: few by statements that are sent with the next ones, many at once by COPY.</summary>
    public async Task WriteAsync(
        WriteTransaction transaction, EntityType type, List<RecordVersion> versions, DateTime recordedAt, CancellationToken cancellationToken)
    {
        var statements = StatementsOf(type);
        foreach (var kind in versions.GroupBy(version => version.Kind).OrderBy(group => group.Key))
        {
            // In the order of the keys: neighbours in the index are written together, and two hubs cannot block each other.
            List<RecordVersion> sorted = [.. kind.OrderBy(version => version.Key, StringComparer.Ordinal)];
            using var rows = sorted.Count < options.Value.CopyFrom ? null : RowsOf(statements, sorted, recordedAt);
            if (rows is null)
            {
                AddArrays(transaction, statements, kind.Key, sorted, recordedAt);
            }
            else
            {
                await CopyAsync(transaction, statements, kind.Key, rows.End(), recordedAt, cancellationToken);
            }
        }
    }

    private static void AddArrays(
        WriteTransaction transaction, RecordStatements statements, WriteKind kind, List<RecordVersion> versions, DateTime recordedAt)
    {
        if (kind == WriteKind.Replace)
        {
            transaction.Add(new NpgsqlBatchCommand(statements.Supersede)
            {
                Parameters =
                {
                    BatchArray.Of(versions, version => version.Key),
                    BatchArray.Of(versions, version => version.Source),
                    new NpgsqlParameter<DateTime> { TypedValue = recordedAt },
                },
            });
        }

        AddRows(
            transaction,
            kind switch
            {
                WriteKind.Replace => statements.Replace,
                WriteKind.Insert => statements.Insert,
                _ => statements.InsertVersions,
            },
            statements,
            versions,
            recordedAt);
    }

    private static async Task CopyAsync(
        WriteTransaction transaction,
        RecordStatements statements,
        WriteKind kind,
        ReadOnlyMemory<byte> rows,
        DateTime recordedAt,
        CancellationToken cancellationToken)
    {
        if (kind != WriteKind.Replace)
        {
            await transaction.CopyAsync(kind == WriteKind.Insert ? statements.Copy : statements.CopyVersions, rows, cancellationToken);
            return;
        }

        transaction.Add(new NpgsqlBatchCommand(statements.CreateStage));
        transaction.Add(new NpgsqlBatchCommand(statements.EmptyStage));
        await transaction.CopyAsync(statements.CopyStage, rows, cancellationToken);
        transaction.Add(new NpgsqlBatchCommand(statements.SupersedeStaged)
        {
            Parameters = { new NpgsqlParameter<DateTime> { TypedValue = recordedAt } },
        });
        transaction.Add(new NpgsqlBatchCommand(statements.ReplaceStaged));
    }

    // Null where a value does not fit its column: the statement has the database say so.
    private static CopyRows? RowsOf(RecordStatements statements, List<RecordVersion> versions, DateTime recordedAt)
    {
        var rows = new CopyRows();
        try
        {
            foreach (var version in versions)
            {
                rows.BeginRow(EntityTable.Envelope.Count + statements.Columns.Count);
                rows.Add(version.Key);
                rows.Add(version.Source);
                rows.Add(version.Revision);
                rows.Add(version.EffectiveFrom);
                rows.Add(recordedAt);
                rows.Add(version.Hash);
                rows.Add(version.IsDeleted);
                rows.Add(version.IsConsolidated);
                rows.Add(version.SourceKind);
                rows.AddIds(version.Warnings);
                rows.Add(version.Payload);
                rows.AddJson(version.Provenance);
                rows.AddIds(version.Disputed);
                foreach (var column in statements.Columns)
                {
                    column.Copy(version.Record, rows);
                }
            }

            return rows;
        }
        catch (FormatException)
        {
            rows.Dispose();
            return null;
        }
    }

    private static void AddRows(
        WriteTransaction transaction, string sql, RecordStatements statements, List<RecordVersion> versions, DateTime recordedAt)
    {
        var command = new NpgsqlBatchCommand(sql)
        {
            Parameters =
            {
                new NpgsqlParameter<DateTime> { TypedValue = recordedAt },
                BatchArray.Of(versions, version => version.Key),
                BatchArray.Of(versions, version => version.Source),
                BatchArray.Of(versions, version => version.Revision),
                BatchArray.Of(versions, version => version.EffectiveFrom),
                BatchArray.Of(versions, version => version.Hash),
                BatchArray.Of(versions, version => version.IsDeleted),
                BatchArray.Of(versions, version => version.IsConsolidated),
                BatchArray.OfNullable(versions, version => version.SourceKind),
                BatchArray.OfNullable(versions, version => ArrayText.OfIds(version.Warnings)),
                BatchArray.Of(versions, version => version.Payload),
                BatchArray.OfNullable(versions, version => version.Provenance),
                BatchArray.OfNullable(versions, version => ArrayText.OfIds(version.Disputed)),
            },
        };
        var records = BatchArray.Values(versions, version => version.Record);
        foreach (var column in statements.Columns)
        {
            command.Parameters.Add(column.BatchParameter(records));
        }

        transaction.Add(command);
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

    private static void ReadFound(NpgsqlDataReader row, BatchChange change, int states)
    {
        if (!row.GetBoolean(1))
        {
            change.IsShared = true;
            return;
        }

        var codes = states == 0 ? [] : new string?[states];
        for (var i = 0; i < states; i++)
        {
            codes[i] = row.IsDBNull(FirstState + i) ? null : row.GetString(FirstState + i);
        }

        change.Stored = new StoredVersion(
            row.GetBoolean(2), row.GetBoolean(3), row.GetFieldValue<DateOnly>(4), row.GetInt64(5), row.GetInt64(6), codes);
    }
}
