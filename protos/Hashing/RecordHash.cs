using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using HubExchange.Contracts.Entities;

namespace HubExchange.Contracts.Hashing;

/// <summary>
/// Canonical record hash v1, as protos/README.md defines it: equal content gives equal hashes in every language, whatever the order
/// of fields on the wire and whatever fields a newer contract added.
/// </summary>
public static class RecordHash
{
    /// <summary>Bytes of a hash.</summary>
    public const int Size = 16;

    // A huge record must not hold its memory as long as the thread lives.
    private const int MostKept = 64 * 1024;

    private static readonly ConcurrentDictionary<EntityType, byte[]> Headings = new();

    [ThreadStatic]
    private static CanonicalWriter? _writer;

    /// <summary>SHA-256 of the canonical form, truncated to 128 bits.</summary>
    public static byte[] Compute(EntityType type, IMessage record)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Write(type, record), hash);
        return hash[..Size].ToArray();
    }

    /// <summary>HMAC-SHA-256 of the canonical form with the secret of a source, truncated to 128 bits; for reconciliation.</summary>
    public static byte[] ComputeKeyed(EntityType type, IMessage record, ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, Write(type, record), hash);
        return hash[..Size].ToArray();
    }

    /// <summary>The bytes that are hashed.</summary>
    public static byte[] CanonicalForm(EntityType type, IMessage record) => Write(type, record).ToArray();

    // Valid until the thread writes the next one.
    private static ReadOnlySpan<byte> Write(EntityType type, IMessage record)
    {
        var writer = _writer is { Capacity: <= MostKept } kept ? kept : _writer = new CanonicalWriter();
        writer.Clear();
        writer.Write(Headings.GetOrAdd(type, static type => Encoding.UTF8.GetBytes($"hubexchange.record.v1\n{type.Id}\n")));
        MessageForm.Of(type.Message).Write(record, writer);
        return writer.Written;
    }
}
