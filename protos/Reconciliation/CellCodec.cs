using System.Buffers.Binary;

namespace HubExchange.Contracts.Reconciliation;

/// <summary>
/// Cells as bytes: 16 of the sum, 4 of the check, little-endian, and the count as a varint; about 22 bytes a cell in sets of a million.
/// </summary>
public static class CellCodec
{
    /// <summary>Most bytes of a cell.</summary>
    public const int MaxCellSize = Element.Size + sizeof(uint) + 10;

    /// <summary>Writes cells.</summary>
    public static byte[] Write(ReadOnlySpan<CodedSymbol> cells)
    {
        var bytes = new byte[cells.Length * MaxCellSize];
        var length = 0;
        foreach (var cell in cells)
        {
            cell.Sum.Write(bytes.AsSpan(length));
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(length + Element.Size), cell.Check);
            length += Element.Size + sizeof(uint);
            length += Varint.Write(bytes.AsSpan(length), (ulong)cell.Count);
        }

        return bytes[..length];
    }

    /// <summary>Reads cells.</summary>
    /// <exception cref="FormatException">They are cut off or no cells.</exception>
    public static List<CodedSymbol> Read(ReadOnlySpan<byte> bytes)
    {
        var cells = new List<CodedSymbol>(bytes.Length / (Element.Size + sizeof(uint) + 1));
        while (bytes.Length > 0)
        {
            if (bytes.Length <= Element.Size + sizeof(uint))
            {
                throw new FormatException("A cell is cut off.");
            }

            var sum = Element.Read(bytes);
            var check = BinaryPrimitives.ReadUInt32LittleEndian(bytes[Element.Size..]);
            bytes = bytes[(Element.Size + sizeof(uint))..];
            var count = Varint.Read(ref bytes);
            cells.Add(new CodedSymbol(sum, check, (long)count));
        }

        return cells;
    }
}
