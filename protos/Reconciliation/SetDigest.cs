using System.Buffers.Binary;

namespace HubExchange.Contracts.Reconciliation;

/// <summary>
/// Count and digest of a set of records: the sum, modulo 2^256, of a keyed value of each element. Equal digests mean equal sets, whatever
/// the order in which they came about; a record is added or removed without looking at the others.
/// </summary>
public readonly record struct SetDigest
{
    /// <summary>Bytes of the sum.</summary>
    public const int Size = 32;

    private readonly UInt256 _sum;

    private SetDigest(long count, UInt256 sum)
    {
        Count = count;
        _sum = sum;
    }

    /// <summary>Records in the set.</summary>
    public long Count { get; }

    /// <summary>Reads a digest.</summary>
    /// <exception cref="ArgumentException">There are not 32 bytes.</exception>
    public static SetDigest Read(long count, ReadOnlySpan<byte> sum) => sum.Length == Size
        ? new SetDigest(count, new UInt256(Word(sum, 0), Word(sum, 1), Word(sum, 2), Word(sum, 3)))
        : throw new ArgumentException($"A digest has {Size} bytes.", nameof(sum));

    /// <summary>The 32 bytes, least significant first.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, _sum.Word0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), _sum.Word1);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), _sum.Word2);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), _sum.Word3);
        return bytes;
    }

    /// <summary>The digest with one element more.</summary>
    public SetDigest Add(ElementKey key, Element element) => new(Count + 1, _sum + key.ShareOf(element));

    /// <summary>The digest with one element less.</summary>
    public SetDigest Remove(ElementKey key, Element element) => new(Count - 1, _sum - key.ShareOf(element));

    private static ulong Word(ReadOnlySpan<byte> bytes, int index) =>
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[(index * sizeof(ulong))..]);
}
