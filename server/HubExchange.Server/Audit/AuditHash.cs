using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using HubExchange.V1;

namespace HubExchange.Server.Audit;

/// <summary>
/// The hash of an entry, computed a second time and independently of the database that wrote it (<c>hub.add_audit</c>): SHA-256 over the hash
/// before and the content, numbers big-endian, texts in UTF-8 after their length.
/// </summary>
internal static class AuditHash
{
    public static byte[] Of(ReadOnlySpan<byte> before, AuditEntry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(before);
        Append(hash, entry.Position);
        Append(hash, (entry.RecordedAt.Seconds * 1_000_000) + (entry.RecordedAt.Nanos / 1_000));
        Append(hash, AuditCode.Of(entry.Event));
        Append(hash, entry.Caller);
        Append(hash, entry.Role);
        Append(hash, entry.Node);
        Append(hash, entry.Method);
        Append(hash, entry.Type);
        Append(hash, entry.Reason);
        Append(hash, entry.Detail);
        Append(hash, entry.Records);
        Append(hash, string.Join(',', entry.CutFields));
        Append(hash, string.Join(',', entry.MaskedFields));
        AppendInt(hash, entry.Withheld ? 1 : 0);
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        AppendInt(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }

    private static void AppendInt(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
