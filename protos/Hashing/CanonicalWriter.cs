using System.Buffers.Binary;
using System.Text;

namespace HubExchange.Contracts.Hashing;

/// <summary>Writes the parts of the canonical form one after another into memory that is used again.</summary>
internal sealed class CanonicalWriter
{
    private const int LengthSize = sizeof(int);

    private byte[] _buffer = new byte[1024];
    private int _length;

    /// <summary>What is written so far.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>Bytes of memory in use.</summary>
    public int Capacity => _buffer.Length;

    /// <summary>Starts again.</summary>
    public void Clear() => _length = 0;

    /// <summary>Writes bytes as they are.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>Writes the number of a field or of elements.</summary>
    public void WriteCount(int value) => BinaryPrimitives.WriteInt32BigEndian(Reserve(LengthSize), value);

    /// <summary>Writes a number, truth value or code.</summary>
    public void WriteInteger(long value) => WriteTagged((byte)'i', value);

    /// <summary>Writes an instant in microseconds.</summary>
    public void WriteInstant(long value) => WriteTagged((byte)'t', value);

    /// <summary>Writes a text that is canonical.</summary>
    public void WriteText(string text)
    {
        // Three bytes are the most that one UTF-16 code unit takes.
        Ensure(1 + LengthSize + (text.Length * 3));
        _buffer[_length++] = (byte)'s';
        var bytes = Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length + LengthSize));
        WriteCount(bytes);
        _length += bytes;
    }

    /// <summary>Writes binary content.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        WriteKind((byte)'b');
        WriteCount(bytes.Length);
        Write(bytes);
    }

    /// <summary>Writes what kind of value follows.</summary>
    public void WriteKind(byte kind) => Reserve(1)[0] = kind;

    /// <summary>Begins a nested message.</summary>
    /// <returns>For <see cref="EndMessage"/>.</returns>
    public int BeginMessage()
    {
        WriteKind((byte)'m');
        Reserve(LengthSize);
        return _length;
    }

    /// <summary>Ends the nested message: its length, which stands before it, is known now.</summary>
    public void EndMessage(int start) =>
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(start - LengthSize), _length - start);

    private void WriteTagged(byte kind, long value)
    {
        var span = Reserve(1 + sizeof(long));
        span[0] = kind;
        BinaryPrimitives.WriteInt64BigEndian(span[1..], value);
    }

    private Span<byte> Reserve(int count)
    {
        Ensure(count);
        var span = _buffer.AsSpan(_length, count);
        _length += count;
        return span;
    }

    private void Ensure(int count)
    {
        if (_buffer.Length - _length < count)
        {
            Array.Resize(ref _buffer, Math.Max(checked(_length + count), (int)Math.Min(_buffer.Length * 2L, Array.MaxLength)));
        }
    }
}
