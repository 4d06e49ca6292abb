using System.Collections.Concurrent;
using System.Collections.Frozen;
using Google.Protobuf.Reflection;

namespace HubExchange.Server.Query;

/// <summary>Looks at a serialized message without parsing it: a scan costs a fraction of parsing and writing it again.</summary>
internal static class WireShape
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int Fixed32 = 5;

    private static readonly ConcurrentDictionary<MessageDescriptor, FrozenDictionary<int, MessageDescriptor?>> Known = new();

    /// <summary>Whether a message, and every message in it, has fields of the contract only. False for what is no message.</summary>
    public static bool HasOnlyKnownFields(MessageDescriptor type, ReadOnlySpan<byte> bytes)
    {
        var fields = Known.GetOrAdd(type, static of => of.Fields.InDeclarationOrder().ToFrozenDictionary(
            field => field.FieldNumber, field => field.FieldType == FieldType.Message ? field.MessageType : null));
        while (!bytes.IsEmpty)
        {
            if (!TryRead(ref bytes, out var tag) || tag > uint.MaxValue || !fields.TryGetValue((int)(tag >> 3), out var nested) ||
                !TrySkip(ref bytes, (int)(tag & 7), out var content) ||
                (nested is not null && !HasOnlyKnownFields(nested, content)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> bytes, int wireType, out ReadOnlySpan<byte> content)
    {
        content = default;
        ulong length;
        switch (wireType)
        {
            case Varint:
                return TryRead(ref bytes, out _);
            case Fixed64:
                length = 8;
                break;
            case Fixed32:
                length = 4;
                break;
            case Delimited when TryRead(ref bytes, out length):
                break;
            default:
                return false;
        }

        if (length > (ulong)bytes.Length)
        {
            return false;
        }

        content = bytes[..(int)length];
        bytes = bytes[(int)length..];
        return true;
    }

    private static bool TryRead(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
