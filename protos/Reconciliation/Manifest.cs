namespace HubExchange.Contracts.Reconciliation;

/// <summary>
/// The full list of a set, for when too much differs for coded symbols: the low halves of the elements in ascending order, each as a varint
/// of its distance to the one before; six to seven bytes a record in sets of a million.
/// </summary>
public static class Manifest
{
    /// <summary>Writes a part of the list.</summary>
    /// <param name="sorted">Low halves, ascending.</param>
    /// <param name="after">The last one of the part before; 0 at the beginning.</param>
    public static byte[] Write(ReadOnlySpan<ulong> sorted, ulong after)
    {
        var bytes = new byte[sorted.Length * 10];
        var length = 0;
        foreach (var low in sorted)
        {
            length += Varint.Write(bytes.AsSpan(length), low - after);
            after = low;
        }

        return bytes[..length];
    }

    /// <summary>Reads a part of the list.</summary>
    /// <exception cref="FormatException">It is cut off.</exception>
    public static List<ulong> Read(ReadOnlySpan<byte> bytes, ulong after)
    {
        var list = new List<ulong>(bytes.Length / 6);
        while (bytes.Length > 0)
        {
            after += Varint.Read(ref bytes);
            list.Add(after);
        }

        return list;
    }
}
