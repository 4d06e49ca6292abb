namespace HubExchange.Contracts.Reconciliation;

/// <summary>Numbers as protobuf writes them: seven bits a byte, the lowest first.</summary>
internal static class Varint
{
    private const int MaxSize = 10;

    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> bytes, ulong value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            bytes[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        bytes[length++] = (byte)value;
        return length;
    }

    /// <summary>Reads a number and goes on behind it.</summary>
    /// <exception cref="FormatException">It is cut off or too long.</exception>
    public static ulong Read(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var i = 0; i < MaxSize && i < bytes.Length; i++)
        {
            value |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }

        throw new FormatException("A number is cut off or too long.");
    }
}
