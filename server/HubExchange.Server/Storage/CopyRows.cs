using System.Buffers;
using System.Buffers.Binary;
using System.Collections;
using System.Globalization;
using System.Text;

namespace HubExchange.Server.Storage;

/// <summary>
/// Rows in the format of binary COPY, written value by value into memory that is used again. The formats of the values are those that the
/// receive functions of PostgreSQL read.
/// </summary>
internal sealed class CopyRows : IDisposable
{
    /// <summary>Type numbers of elements of lists, which are the same in every database.</summary>
    public const int BooleanType = 16, BigintType = 20, IntegerType = 23, TextType = 25;

    private const int AbsentLength = -1;
    private const byte JsonbVersion = 1;

    // PostgreSQL counts days and microseconds from here.
    private static readonly DateOnly FirstDay = new(2000, 1, 1);
    private static readonly DateTime FirstInstant = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
    private int _length;

    /// <summary>Begins: signature of the format, no flags, no further header.</summary>
    public CopyRows()
    {
        ReadOnlySpan<byte> signature = [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0];
        signature.CopyTo(Room(signature.Length));
        WriteInt32(0);
        WriteInt32(0);
    }

    /// <summary>Ends the rows and returns them all.</summary>
    public ReadOnlyMemory<byte> End()
    {
        BinaryPrimitives.WriteInt16BigEndian(Room(sizeof(short)), -1);
        return _buffer.AsMemory(0, _length);
    }

    /// <summary>Begins a row; its values follow in the order of the columns.</summary>
    public void BeginRow(int columns) => BinaryPrimitives.WriteInt16BigEndian(Room(sizeof(short)), (short)columns);

    /// <summary>No value.</summary>
    public void AddNull() => WriteInt32(AbsentLength);

    /// <summary>A text, or null.</summary>
    public void Add(string? text)
    {
        if (text is null)
        {
            AddNull();
            return;
        }

        WriteText(text);
    }

    /// <summary>A truth value, or null.</summary>
    public void Add(bool? value)
    {
        if (Has(value, 1))
        {
            Room(1)[0] = value.GetValueOrDefault() ? (byte)1 : (byte)0;
        }
    }

    /// <summary>An integer, or null.</summary>
    public void Add(int? value)
    {
        if (Has(value, sizeof(int)))
        {
            WriteInt32(value.GetValueOrDefault());
        }
    }

    /// <summary>A bigint, or null.</summary>
    public void Add(long? value)
    {
        if (Has(value, sizeof(long)))
        {
            BinaryPrimitives.WriteInt64BigEndian(Room(sizeof(long)), value.GetValueOrDefault());
        }
    }

    /// <summary>Bytes, or null.</summary>
    public void Add(byte[]? bytes)
    {
        if (bytes is null)
        {
            AddNull();
            return;
        }

        WriteInt32(bytes.Length);
        bytes.CopyTo(Room(bytes.Length));
    }

    /// <summary>A date.</summary>
    public void Add(DateOnly date) => Add(date.DayNumber - FirstDay.DayNumber);

    /// <summary>An instant in UTC, or null.</summary>
    public void Add(DateTime? instant) => Add((instant - FirstInstant)?.Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>A date as ISO 8601 writes it, or null.</summary>
    /// <exception cref="FormatException">It is no date.</exception>
    public void AddDate(string? text)
    {
        if (text is null)
        {
            AddNull();
            return;
        }

        Add(DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture));
    }

    /// <summary>A decimal number with any number of digits, or null.</summary>
    /// <exception cref="FormatException">It is no plain decimal number.</exception>
    public void AddDecimal(string? text)
    {
        if (text is null)
        {
            AddNull();
            return;
        }

        var number = CopyDecimal.Parse(text);
        WriteInt32((4 + number.Digits.Count) * sizeof(short));
        foreach (var part in new[] { (short)number.Digits.Count, number.Weight, number.Sign, number.Scale })
        {
            BinaryPrimitives.WriteInt16BigEndian(Room(sizeof(short)), part);
        }

        foreach (var digit in number.Digits)
        {
            BinaryPrimitives.WriteInt16BigEndian(Room(sizeof(short)), digit);
        }
    }

    /// <summary>A document, or null.</summary>
    public void AddJson(string? text)
    {
        if (text is null)
        {
            AddNull();
            return;
        }

        var length = Encoding.UTF8.GetByteCount(text);
        WriteInt32(1 + length);
        Room(1)[0] = JsonbVersion;
        Encoding.UTF8.GetBytes(text, Room(length));
    }

    /// <summary>Ids, or null.</summary>
    public void AddIds(string[]? ids) => AddList(TextType, ids, static (rows, id) => rows.Add((string)id));

    /// <summary>A list, or null for one without values.</summary>
    /// <param name="elementType">Type number of the elements.</param>
    /// <param name="values">The values, none of them null.</param>
    /// <param name="add">Adds one value.</param>
    public void AddList(int elementType, IList? values, Action<CopyRows, object> add)
    {
        if (values is not { Count: > 0 })
        {
            AddNull();
            return;
        }

        const int dimensions = 1, nulls = 0, firstIndex = 1;
        var start = _length;
        WriteInt32(0);
        foreach (var part in new[] { dimensions, nulls, elementType, values.Count, firstIndex })
        {
            WriteInt32(part);
        }

        foreach (var value in values)
        {
            add(this, value!);
        }

        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(start), _length - start - sizeof(int));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    // Writes the length of a value, or that there is none.
    private bool Has<T>(T? value, int length)
        where T : struct
    {
        WriteInt32(value.HasValue ? length : AbsentLength);
        return value.HasValue;
    }

    private void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Room(sizeof(int)), value);

    private void WriteText(string text)
    {
        var start = _length;
        var room = Room(sizeof(int) + Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, room[sizeof(int)..]);
        BinaryPrimitives.WriteInt32BigEndian(room, length);
        _length = start + sizeof(int) + length;
    }

    private Span<byte> Room(int count)
    {
        if (_buffer.Length - _length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, checked(_length + count)));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var room = _buffer.AsSpan(_length, count);
        _length += count;
        return room;
    }
}
