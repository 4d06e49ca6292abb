using System.Collections.Concurrent;
using System.Data;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Hashing;
using HubExchange.Contracts.Reconciliation;
using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// Reads what the hub has of a source from the tables, in one snapshot with the watermark of the stream, so that it is exactly what the
/// source had pushed by then.
/// </summary>
internal sealed class HeldReader(HubStorage storage, SourceKeys keys, IOptions<ReconciliationOptions> options)
{
    private readonly ConcurrentDictionary<EntityType, HeldStatements> _statements = new();

    public HeldStatements StatementsOf(EntityType type) =>
        _statements.GetOrAdd(type, static (type, storage) => new HeldStatements(storage.TableOf(type)), storage);

    /// <param name="source">Node.</param>
    /// <param name="stream">Stream whose watermark says as of when.</param>
    /// <param name="type">Type.</param>
    /// <param name="checksContent">Also finds rows that are not what was written: about 10 microseconds a record.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<HeldSet> ReadAsync(
        string source, string stream, EntityType type, bool checksContent, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var sequence = (await WatermarkAsync(connection, source, stream, cancellationToken)).Sequence;
        var rows = new List<HeldRow>();
        var damaged = new List<HeldRow>();
        if (checksContent)
        {
            await ReadCheckedAsync(connection, source, type, rows, damaged, cancellationToken);
        }
        else
        {
            await ReadPlainAsync(connection, source, type, rows, cancellationToken);
        }

        var key = keys.Of(source, type);
        var digest = default(SetDigest);
        foreach (var row in rows)
        {
            digest = digest.Add(key, row.Element);
        }

        return new HeldSet(sequence, rows, damaged, digest, await CountPushedSinceAsync(connection, source, stream, type, cancellationToken));
    }

    /// <summary>End of the feed and of a stream, in one statement and so of one instant.</summary>
    public static async Task<(long Position, long Sequence)> WatermarkAsync(
        NpgsqlConnection connection, string source, string stream, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFiles.Read("Reconciliation/ReadWatermark.sql"), connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = source }, new NpgsqlParameter<string> { TypedValue = stream } },
        };
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return (row.GetInt64(0), row.GetInt64(1));
    }

    private static async Task<long?> CountPushedSinceAsync(
        NpgsqlConnection connection, string source, string stream, EntityType type, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFiles.Read("Reconciliation/CountPushedSince.sql"), connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = source },
                new NpgsqlParameter<string> { TypedValue = stream },
                new NpgsqlParameter<string> { TypedValue = type.Id },
            },
        };
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }

    private async Task ReadPlainAsync(
        NpgsqlConnection connection, string source, EntityType type, List<HeldRow> rows, CancellationToken cancellationToken)
    {
        var key = keys.Of(source, type);
        await using var command = new NpgsqlCommand(StatementsOf(type).Scan, connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = source } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(RowOf(reader, key));
            EnsureBounded(rows.Count);
        }
    }

    private async Task ReadCheckedAsync(
        NpgsqlConnection connection, string source, EntityType type, List<HeldRow> rows, List<HeldRow> damaged, CancellationToken cancellationToken)
    {
        var key = keys.Of(source, type);
        var after = "";
        while (true)
        {
            var page = await ReadPageAsync(connection, source, type, key, after, cancellationToken);
            var altered = await FindAlteredAsync(connection, source, type, page, cancellationToken);
            for (var i = 0; i < page.Count; i++)
            {
                (page[i].Record is null || altered.Contains(i) ? damaged : rows).Add(page[i].Row);
            }

            EnsureBounded(rows.Count);
            if (page.Count < options.Value.CheckBatch)
            {
                return;
            }

            after = page[^1].Row.Key;
        }
    }

    // A record whose content is not that of its hash comes back without it.
    private async Task<List<(HeldRow Row, IMessage? Record)>> ReadPageAsync(
        NpgsqlConnection connection, string source, EntityType type, ElementKey key, string after, CancellationToken cancellationToken)
    {
        var page = new List<(HeldRow, IMessage?)>(options.Value.CheckBatch);
        await using var command = new NpgsqlCommand(StatementsOf(type).Page, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = source },
                new NpgsqlParameter<string> { TypedValue = after },
                new NpgsqlParameter<int> { TypedValue = options.Value.CheckBatch },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = RowOf(reader, key);
            page.Add((row, Intact(type, row.Key, reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(4))));
        }

        return page;
    }

    private async Task<HashSet<int>> FindAlteredAsync(
        NpgsqlConnection connection, string source, EntityType type, List<(HeldRow Row, IMessage? Record)> page, CancellationToken cancellationToken)
    {
        var altered = new HashSet<int>();
        if (page.Count == 0)
        {
            return altered;
        }

        var statements = StatementsOf(type);
        await using var command = new NpgsqlCommand(statements.FindAltered, connection)
        {
            Parameters = { BatchArray.Of(page, item => item.Row.Key), new NpgsqlParameter<string> { TypedValue = source } },
        };
        var records = BatchArray.Values(page, item => item.Record);
        foreach (var column in statements.Columns)
        {
            command.Parameters.Add(column.BatchParameter(records));
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            altered.Add((int)reader.GetInt64(0) - 1);
        }

        return altered;
    }

    private static IMessage? Intact(EntityType type, string key, byte[] hash, byte[] payload)
    {
        try
        {
            var record = type.Parse(ByteString.CopyFrom(payload));
            return type.KeyOf(record) == key && RecordHash.Compute(type, record).AsSpan().SequenceEqual(hash) ? record : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static HeldRow RowOf(NpgsqlDataReader reader, ElementKey key)
    {
        var name = reader.GetString(0);
        return new HeldRow(name, key.Of(name, reader.GetFieldValue<byte[]>(1)), reader.GetInt64(2), reader.GetFieldValue<DateOnly>(3));
    }

    private void EnsureBounded(int count)
    {
        if (count > options.Value.MaxRecords)
        {
            throw new ReconciliationException(
                $"记录超过 {options.Value.MaxRecords} 条(Reconciliation:MaxRecords)。 There are more than {options.Value.MaxRecords} records (Reconciliation:MaxRecords).");
        }
    }
}
