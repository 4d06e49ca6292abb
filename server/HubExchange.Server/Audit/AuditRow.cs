using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Audit;

/// <summary>Reads an entry as the statements of this folder select it.</summary>
internal static class AuditRow
{
    public static AuditEntry Read(NpgsqlDataReader row) => new()
    {
        Position = row.GetInt64(0),
        RecordedAt = Timestamp.FromDateTime(row.GetDateTime(1)),
        Event = AuditCode.Read(row.GetString(2)),
        Caller = row.GetString(3),
        Role = row.GetString(4),
        Node = row.GetString(5),
        Method = row.GetString(6),
        Type = row.GetString(7),
        Reason = row.GetString(8),
        Detail = row.GetString(9),
        Records = row.GetInt64(10),
        CutFields = { row.GetFieldValue<string[]>(11) },
        MaskedFields = { row.GetFieldValue<string[]>(12) },
        Withheld = row.GetBoolean(13),
        Hash = UnsafeByteOperations.UnsafeWrap(row.GetFieldValue<byte[]>(14)),
    };
}
