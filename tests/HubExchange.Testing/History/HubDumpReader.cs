using Google.Protobuf;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Hashing;
using HubExchange.V1;
using Npgsql;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Testing.History;

/// <summary>Reads a <see cref="HubDump"/>. The only place of the checker that knows tables; all in one snapshot.</summary>
public static class HubDumpReader
{
    private const string HubSource = "HUB";

    private static readonly CodeList Kinds = CodeList.Of(OptionsReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(NodeKind)));

    private const string Streams = "select source, stream, epoch, sequence from hub.stream";

    private const string Frames =
        "select source, stream, sequence, digest, changes, stored, unchanged, deleted, quarantined from hub.frame where type = $1";

    private const string Quarantined =
        """
        select id, source, coalesce(stream, ''), coalesce(sequence, 0), index, coalesce(key, ''), sha256(payload), state = 'OPEN'
        from hub.quarantine
        where type = $1
        """;

    private const string Changes =
        """
        select position, key, source, revision, operation = 'D', consolidated, coalesce(previous_source, source) || '/' || previous_revision
        from hub.change
        where type = $1
        """;

    /// <summary>Reads everything of a type.</summary>
    /// <param name="connection">An open connection to the database of the hub.</param>
    /// <param name="type">The type. Streams that carry another one are left out.</param>
    public static async Task<HubDump> ReadAsync(NpgsqlConnection connection, EntityType type)
    {
        var dump = new HubDump();
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        await ReadRowsAsync(connection, type, isCurrent: true, dump);
        await ReadRowsAsync(connection, type, isCurrent: false, dump);
        await ReadAsync(connection, Changes, type.Id, row => dump.Changes.Add(new DumpChange(
            row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetBoolean(4), row.GetBoolean(5), row.IsDBNull(6) ? null : row.GetString(6))));
        await ReadAsync(connection, Frames, type.Id, row => dump.Frames.Add(new DumpFrame(
            row.GetString(0),
            row.GetString(1),
            row.GetInt64(2),
            Hex(row, 3),
            row.GetInt32(4),
            new HistoryCounts(row.GetInt32(5), row.GetInt32(6), row.GetInt32(7), row.GetInt32(8)))));
        await ReadAsync(connection, Quarantined, type.Id, row => dump.Quarantined.Add(new DumpQuarantined(
            row.GetInt64(0),
            row.GetString(1),
            row.GetString(2),
            row.GetInt64(3),
            row.GetInt32(4),
            row.GetString(5),
            Hex(row, 6),
            row.GetBoolean(7))));
        await ReadAsync(connection, Streams, null, row => dump.Streams.Add(new DumpStream(
            row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3))));
        return dump;
    }

    private static Task ReadRowsAsync(NpgsqlConnection connection, EntityType type, bool isCurrent, HubDump dump)
    {
        var dot = type.Id.IndexOf('.', StringComparison.Ordinal);
        var table = $"\"{type.Id[..dot]}\".\"{type.Id[(dot + 1)..]}{(isCurrent ? "" : "_version")}\"";
        var sql =
            $"""
            select hub_key, hub_source, hub_revision, hub_hash, hub_payload, hub_deleted, hub_consolidated, hub_source_kind, hub_recorded_at,
              {(isCurrent ? "null::timestamptz" : "hub_superseded_at")}
            from {table}
            """;
        return ReadAsync(connection, sql, null, row =>
        {
            var isDeleted = row.GetBoolean(5);
            (row.GetString(1) == HubSource ? dump.HubRows : dump.Rows).Add(new DumpRow(
                row.GetString(0),
                row.GetString(1),
                row.GetInt64(2),
                Hex(row, 3),
                isDeleted ? "" : HashOf(type, row.GetFieldValue<byte[]>(4)),
                isDeleted,
                row.GetBoolean(6),
                row.IsDBNull(7) ? int.MaxValue : type.RankOf(KindOf(row.GetString(7))),
                row.GetDateTime(8),
                row.IsDBNull(9) ? null : row.GetDateTime(9),
                isCurrent));
        });
    }

    private static async Task ReadAsync(NpgsqlConnection connection, string sql, string? type, Action<NpgsqlDataReader> read)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        if (type is not null)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = type });
        }

        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            read(rows);
        }
    }

    private static NodeKind KindOf(string code) => (NodeKind)Kinds.Find(code)!.Number;

    private static string Hex(NpgsqlDataReader row, int column) => Convert.ToHexStringLower(row.GetFieldValue<byte[]>(column));

    private static string HashOf(EntityType type, byte[] payload) =>
        Convert.ToHexStringLower(RecordHash.Compute(type, type.Parse(ByteString.CopyFrom(payload))));
}
