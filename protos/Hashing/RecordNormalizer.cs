using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;

namespace HubExchange.Contracts.Hashing;

/// <summary>Brings the text of a record into canonical form, in place. The hash is the same before and after.</summary>
public sealed class RecordNormalizer
{
    private static readonly ConcurrentDictionary<MessageDescriptor, RecordNormalizer> Known = new();

    // Lazy, so that a message may contain itself.
    private readonly Lazy<Func<IMessage, bool>[]> _fields;

    private RecordNormalizer(MessageDescriptor message) =>
        _fields = new(() => [.. EntityField.AllOf(message).Select(Of).OfType<Func<IMessage, bool>>()]);

    /// <summary>Normalises every text of <paramref name="record"/>, also inside nested messages and lists.</summary>
    /// <returns>Whether anything changed.</returns>
    public static bool Normalize(EntityType type, IMessage record) => Of(type.Message).Normalize(record);

    private static RecordNormalizer Of(MessageDescriptor message) =>
        Known.GetOrAdd(message, static descriptor => new RecordNormalizer(descriptor));

    private static Func<IMessage, bool>? Of(EntityField field)
    {
        var descriptor = field.Descriptor;
        if (descriptor.IsMap || descriptor.FieldType is not (FieldType.String or FieldType.Message))
        {
            return null;
        }

        var type = FieldReader.TypeOf(descriptor);
        if (type == typeof(string))
        {
            var text = FieldReader.Value<string?>(descriptor);
            return record => text(record) is { Length: > 0 } value && NormalizeText(field, record, value);
        }

        if (type == typeof(RepeatedField<string>))
        {
            var texts = FieldReader.Value<RepeatedField<string>>(descriptor);
            return record => NormalizeTexts(field, texts(record));
        }

        if (descriptor.IsRepeated)
        {
            var items = FieldReader.List(descriptor);
            return record =>
            {
                var changed = false;
                foreach (var item in items(record))
                {
                    changed |= item is IMessage nested && Of(nested.Descriptor).Normalize(nested);
                }

                return changed;
            };
        }

        if (!type.IsAssignableTo(typeof(IMessage)))
        {
            return null;
        }

        var message = FieldReader.Value<IMessage?>(descriptor);
        var normalizer = Of(descriptor.MessageType);
        return record => message(record) is { } nested && normalizer.Normalize(nested);
    }

    private static bool NormalizeText(EntityField field, IMessage record, string text)
    {
        var canonical = CanonicalText.Of(field, text);
        if (ReferenceEquals(canonical, text) || canonical == text)
        {
            return false;
        }

        field.Descriptor.Accessor.SetValue(record, canonical);
        return true;
    }

    private static bool NormalizeTexts(EntityField field, RepeatedField<string> texts)
    {
        var changed = false;
        for (var i = 0; i < texts.Count; i++)
        {
            var canonical = CanonicalText.Of(field, texts[i]);
            if (canonical != texts[i])
            {
                texts[i] = canonical;
                changed = true;
            }
        }

        return changed;
    }

    private bool Normalize(IMessage record)
    {
        var changed = false;
        foreach (var normalize in _fields.Value)
        {
            changed |= normalize(record);
        }

        return changed;
    }
}
