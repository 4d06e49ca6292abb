using System.Buffers.Binary;

namespace HubExchange.Contracts.Reconciliation;

/// <summary>What stands for a record in a reconciliation: 128 bits that only holders of the source's secret can compute.</summary>
/// <param name="Low">First eight bytes, little-endian. Names the record in requests for records and in manifests.</param>
/// <param name="High">Last eight bytes, little-endian.</param>
public readonly record struct Element(ulong Low, ulong High)
{
    /// <summary>Bytes of an element.</summary>
    public const int Size = 16;

    /// <summary>Reads an element.</summary>
    public static Element Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[sizeof(ulong)..]));

    /// <summary>Exclusive or.</summary>
    public static Element operator ^(Element left, Element right) => new(left.Low ^ right.Low, left.High ^ right.High);

    /// <summary>Writes the 16 bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Low);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[sizeof(ulong)..], High);
    }
}
