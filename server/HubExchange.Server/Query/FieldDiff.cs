using System.Collections;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using HubExchange.Server.Query.Filters;
using HubExchange.V1;
using EntityField = HubExchange.Contracts.Entities.EntityField;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Server.Query;

/// <summary>
/// Compares two versions of a record field by field. Messages are compared inside, lists of messages element by element in their order,
/// lists of values as a whole.
/// </summary>
internal static class FieldDiff
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The fields that differ, in the order of the contract. Null stands for no record: a deletion, or nothing yet.</summary>
    public static IEnumerable<FieldChange> Of(EntityType type, IMessage? before, IMessage? after) => Compare(type.Fields, before, after, "", "");

    private static IEnumerable<FieldChange> Compare(
        IReadOnlyList<EntityField> fields, IMessage? before, IMessage? after, string path, string label)
    {
        foreach (var field in fields)
        {
            var (name, called) = (path + field.Name, label + field.Label);
            if (!FieldSql.IsDocument(field))
            {
                var (old, current) = (TextOf(field, before, after), TextOf(field, after, before));
                if (old != current)
                {
                    yield return new FieldChange { Field = name, Label = called, OldValue = old, NewValue = current };
                }

                continue;
            }

            var nested = EntityField.AllOf(field.Descriptor.MessageType);
            var (olds, currents) = (Elements(field, before), Elements(field, after));
            for (var i = 0; i < Math.Max(olds.Count, currents.Count); i++)
            {
                var element = field.IsList ? string.Create(CultureInfo.InvariantCulture, $"[{i}].") : ".";
                var counted = field.IsList ? string.Create(CultureInfo.InvariantCulture, $"[{i + 1}].") : ".";
                foreach (var change in Compare(
                    nested, i < olds.Count ? olds[i] : null, i < currents.Count ? currents[i] : null, name + element, called + counted))
                {
                    yield return change;
                }
            }
        }
    }

    private static List<IMessage> Elements(EntityField field, IMessage? record) => record is null ? [] : field.Descriptor.Accessor.GetValue(record) switch
    {
        IMessage message => [message],
        IList list => [.. list.OfType<IMessage>()],
        _ => [],
    };

    // Where there is no other record to differ from, a zero that nobody set is nothing.
    private static string TextOf(EntityField field, IMessage? record, IMessage? other)
    {
        var descriptor = field.Descriptor;
        if (record is null || (descriptor.HasPresence && !descriptor.Accessor.HasValue(record)) || (other is null && !field.IsSetIn(record)))
        {
            return "";
        }

        return descriptor.Accessor.GetValue(record) switch
        {
            IDictionary map => map.Count == 0 ? "" : map.ToString()!,
            IList list => list.Count == 0 ? "" : JsonSerializer.Serialize(list.Cast<object?>().Select(item => One(field, item)), Plain),
            var value => One(field, value),
        };
    }

    private static string One(EntityField field, object? value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        ByteString bytes => Convert.ToHexStringLower(bytes.Span),
        Enum code when Convert.ToInt32(code, CultureInfo.InvariantCulture) is var number =>
            field.Codes!.Find(number)?.Name ?? (number == 0 ? "" : number.ToString(CultureInfo.InvariantCulture)),
        IMessage message => JsonFormatter.Default.Format(message).Trim('"'),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
