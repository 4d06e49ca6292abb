using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Contracts.Entities;

namespace HubExchange.Contracts.Hashing;

/// <summary>The canonical form of the messages of one type, compiled once.</summary>
internal sealed class MessageForm
{
    private static readonly ConcurrentDictionary<MessageDescriptor, MessageForm> Known = new();

    // Lazy, so that a message may contain itself.
    private readonly Lazy<FieldForm[]> _fields;

    private MessageForm(MessageDescriptor message) => _fields = new(() => [.. EntityField.AllOf(message).Select(FormOf)]);

    /// <summary>Writes number and value of a field, or nothing when the field is absent.</summary>
    private delegate void FieldForm(IMessage message, CanonicalWriter output);

    /// <summary>The form of a message.</summary>
    public static MessageForm Of(MessageDescriptor message) => Known.GetOrAdd(message, static descriptor => new MessageForm(descriptor));

    /// <summary>Writes the fields in the order of their numbers.</summary>
    public void Write(IMessage message, CanonicalWriter output)
    {
        foreach (var write in _fields.Value)
        {
            write(message, output);
        }
    }

    private static FieldForm FormOf(EntityField field)
    {
        var descriptor = field.Descriptor;
        if (descriptor.IsMap)
        {
            return MapForm(descriptor);
        }

        if (descriptor.IsRepeated)
        {
            return ListForm(field);
        }

        var number = descriptor.FieldNumber;
        var present = descriptor.HasPresence ? FieldReader.IsPresent(descriptor) : null;
        switch (descriptor.FieldType)
        {
            case FieldType.String:
                var text = FieldReader.Text(descriptor);
                return (message, output) =>
                {
                    if (text(message) is var value && (present?.Invoke(message) ?? value.Length > 0))
                    {
                        output.WriteCount(number);
                        output.WriteText(CanonicalText.Of(field, value));
                    }
                };
            case FieldType.Enum or FieldType.Int32 or FieldType.Int64:
                var integer = FieldReader.Number(descriptor);
                return (message, output) =>
                {
                    if (integer(message) is var value && (present?.Invoke(message) ?? value != 0))
                    {
                        output.WriteCount(number);
                        output.WriteInteger(value);
                    }
                };
            default:
                return OtherForm(field, present);
        }
    }

    private static FieldForm OtherForm(EntityField field, Func<IMessage, bool>? present)
    {
        var read = FieldReader.Value<object?>(field.Descriptor);
        return (message, output) =>
        {
            if (present?.Invoke(message) is not false && read(message) is { } value && (present is not null || !IsDefault(value)))
            {
                output.WriteCount(field.Descriptor.FieldNumber);
                WriteValue(output, field, value);
            }
        };
    }

    private static FieldForm ListForm(EntityField field)
    {
        var read = FieldReader.List(field.Descriptor);
        return (message, output) =>
        {
            var items = read(message);
            if (items.Count == 0)
            {
                return;
            }

            output.WriteCount(field.Descriptor.FieldNumber);
            output.WriteKind((byte)'l');
            output.WriteCount(items.Count);
            if (items is RepeatedField<string> texts)
            {
                foreach (var text in texts)
                {
                    output.WriteText(CanonicalText.Of(field, text));
                }

                return;
            }

            foreach (var item in items)
            {
                WriteValue(output, field, item!);
            }
        };
    }

    private static FieldForm MapForm(FieldDescriptor field)
    {
        var read = FieldReader.Map(field);
        return (message, output) =>
        {
            var map = read(message);
            if (map.Count == 0)
            {
                return;
            }

            var entries = new List<(byte[] Key, byte[] Value)>(map.Count);
            foreach (DictionaryEntry entry in map)
            {
                entries.Add((Encode(entry.Key), Encode(entry.Value!)));
            }

            entries.Sort((left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));
            output.WriteCount(field.FieldNumber);
            output.WriteKind((byte)'p');
            output.WriteCount(entries.Count);
            foreach (var (key, value) in entries)
            {
                output.Write(key);
                output.Write(value);
            }
        };

        static byte[] Encode(object value)
        {
            var output = new CanonicalWriter();
            WriteValue(output, null, value);
            return output.Written.ToArray();
        }
    }

    private static bool IsDefault(object value) => value switch
    {
        ByteString bytes => bytes.IsEmpty,
        bool flag => !flag,
        _ => Convert.ToInt64(value, CultureInfo.InvariantCulture) == 0,
    };

    private static void WriteValue(CanonicalWriter output, EntityField? field, object value)
    {
        switch (value)
        {
            case string text:
                output.WriteText(field is null ? CanonicalText.Of(text) : CanonicalText.Of(field, text));
                break;
            case ByteString bytes:
                output.WriteBytes(bytes.Span);
                break;
            case Timestamp instant:
                output.WriteInstant(checked((instant.Seconds * 1_000_000) + (instant.Nanos / 1_000)));
                break;
            case IMessage message:
                var start = output.BeginMessage();
                Of(message.Descriptor).Write(message, output);
                output.EndMessage(start);
                break;
            default:
                output.WriteInteger(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
