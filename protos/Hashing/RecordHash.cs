using System.Buffers;
using System.Buffers.Binary;
using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
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

    /// <summary>SHA-256 of the canonical form, truncated to 128 bits.</summary>
    public static byte[] Compute(EntityType type, IMessage record)
    {
        var form = CanonicalForm(type, record);
        return SHA256.HashData(form.WrittenSpan)[..Size];
    }

    /// <summary>HMAC-SHA-256 of the canonical form with the secret of a source, truncated to 128 bits; for reconciliation.</summary>
    public static byte[] ComputeKeyed(EntityType type, IMessage record, ReadOnlySpan<byte> secret)
    {
        var form = CanonicalForm(type, record);
        return HMACSHA256.HashData(secret, form.WrittenSpan)[..Size];
    }

    /// <summary>The bytes that are hashed.</summary>
    public static ArrayBufferWriter<byte> CanonicalForm(EntityType type, IMessage record)
    {
        var output = new ArrayBufferWriter<byte>(512);
        output.Write("hubexchange.record.v1\n"u8);
        output.Write(Encoding.UTF8.GetBytes(type.Id));
        output.Write("\n"u8);
        WriteFields(output, record);
        return output;
    }

    private static void WriteFields(ArrayBufferWriter<byte> output, IMessage message)
    {
        foreach (var field in EntityField.AllOf(message.Descriptor))
        {
            var descriptor = field.Descriptor;
            if (descriptor.HasPresence && !descriptor.Accessor.HasValue(message))
            {
                continue;
            }

            var value = descriptor.Accessor.GetValue(message);
            if (!descriptor.HasPresence && IsDefault(value))
            {
                continue;
            }

            WriteInt32(output, descriptor.FieldNumber);
            if (descriptor.IsMap)
            {
                WriteMap(output, (IDictionary)value);
            }
            else if (descriptor.IsRepeated)
            {
                WriteList(output, field, (IList)value);
            }
            else
            {
                WriteValue(output, field, value);
            }
        }
    }

    private static bool IsDefault(object? value) => value switch
    {
        null => true,
        string text => text.Length == 0,
        ByteString bytes => bytes.IsEmpty,
        bool flag => !flag,
        ICollection items => items.Count == 0,
        _ => Convert.ToInt64(value, CultureInfo.InvariantCulture) == 0,
    };

    private static void WriteList(ArrayBufferWriter<byte> output, EntityField field, IList items)
    {
        output.Write("l"u8);
        WriteInt32(output, items.Count);
        foreach (var item in items)
        {
            WriteValue(output, field, item!);
        }
    }

    private static void WriteMap(ArrayBufferWriter<byte> output, IDictionary map)
    {
        var entries = new List<(byte[] Key, byte[] Value)>(map.Count);
        foreach (DictionaryEntry entry in map)
        {
            entries.Add((Encode(entry.Key), Encode(entry.Value!)));
        }

        entries.Sort((left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));
        output.Write("p"u8);
        WriteInt32(output, entries.Count);
        foreach (var (key, value) in entries)
        {
            output.Write(key);
            output.Write(value);
        }

        static byte[] Encode(object value)
        {
            var bytes = new ArrayBufferWriter<byte>();
            WriteValue(bytes, null, value);
            return bytes.WrittenSpan.ToArray();
        }
    }

    private static void WriteValue(ArrayBufferWriter<byte> output, EntityField? field, object value)
    {
        switch (value)
        {
            case string text:
                WriteText(output, field is { IsCode: true } ? CanonicalText.OfCode(text) : CanonicalText.Of(text));
                break;
            case ByteString bytes:
                WriteBytes(output, "b"u8, bytes.Span);
                break;
            case Timestamp instant:
                output.Write("t"u8);
                WriteInt64(output, checked((instant.Seconds * 1_000_000) + (instant.Nanos / 1_000)));
                break;
            case IMessage message:
                var nested = new ArrayBufferWriter<byte>();
                WriteFields(nested, message);
                WriteBytes(output, "m"u8, nested.WrittenSpan);
                break;
            default:
                output.Write("i"u8);
                WriteInt64(output, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static void WriteText(ArrayBufferWriter<byte> output, string text)
    {
        output.Write("s"u8);
        WriteInt32(output, Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, output);
    }

    private static void WriteBytes(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> bytes)
    {
        output.Write(kind);
        WriteInt32(output, bytes.Length);
        output.Write(bytes);
    }

    private static void WriteInt32(ArrayBufferWriter<byte> output, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    private static void WriteInt64(ArrayBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(8), value);
        output.Advance(8);
    }
}
