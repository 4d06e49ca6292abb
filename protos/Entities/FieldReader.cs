using System.Collections;
using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace HubExchange.Contracts.Entities;

/// <summary>
/// Compiles readers of message fields, each once: the accessors of the descriptors box every number and cost several calls. Whatever
/// is done with every record (hashing, normalising, checking, storing) reads through these. Safe for concurrent use.
/// </summary>
public static class FieldReader
{
    private static readonly ConcurrentDictionary<(FieldDescriptor Field, Type Value), Delegate> Known = new();

    private static readonly ConcurrentDictionary<FieldDescriptor, Func<IMessage, bool>> KnownPresence = new();

    /// <summary>Reads a single text field.</summary>
    public static Func<IMessage, string> Text(FieldDescriptor field) => Value<string>(field);

    /// <summary>Reads a single integer or enum field.</summary>
    public static Func<IMessage, long> Number(FieldDescriptor field) => Value<long>(field);

    /// <summary>Reads a single truth value.</summary>
    public static Func<IMessage, bool> Flag(FieldDescriptor field) => Value<bool>(field);

    /// <summary>Reads a list.</summary>
    public static Func<IMessage, IList> List(FieldDescriptor field) => Value<IList>(field);

    /// <summary>Reads a map.</summary>
    public static Func<IMessage, IDictionary> Map(FieldDescriptor field) => Value<IDictionary>(field);

    /// <summary>Reads a field whose property can be converted to <typeparamref name="T"/>; <c>object</c> reads any.</summary>
    public static Func<IMessage, T> Value<T>(FieldDescriptor field) => (Func<IMessage, T>)Known.GetOrAdd(
        (field, typeof(T)), static key => Compile<T>(key.Field, key.Field.PropertyName));

    /// <summary>Type of the property that holds the field. For a wrapper such as StringValue this is the wrapped type.</summary>
    public static Type TypeOf(FieldDescriptor field) => PropertyOf(field, field.PropertyName)!.PropertyType;

    /// <summary>Tells whether a field that tracks its presence is present.</summary>
    public static Func<IMessage, bool> IsPresent(FieldDescriptor field) => KnownPresence.GetOrAdd(field, static field =>
    {
        var name = $"Has{field.PropertyName}";
        if (PropertyOf(field, name) is not null)
        {
            return Compile<bool>(field, name);
        }

        if (TypeOf(field).IsValueType)
        {
            return field.Accessor.HasValue;
        }

        var value = Value<object?>(field);
        return record => value(record) is not null;
    });

    /// <summary>Tells whether a field is filled in: empty texts, unspecified codes and empty lists are not.</summary>
    public static Func<IMessage, bool> IsSet(FieldDescriptor field)
    {
        if (field.IsRepeated)
        {
            var items = Value<ICollection>(field);
            return record => items(record).Count > 0;
        }

        switch (field.FieldType)
        {
            case FieldType.String:
                var text = Text(field);
                return record => text(record).Length > 0;
            case FieldType.Enum:
                var code = Number(field);
                return record => code(record) != 0;
            case FieldType.Bytes:
                var bytes = Value<ByteString>(field);
                return record => !bytes(record).IsEmpty;
            case FieldType.Bool when !field.HasPresence:
                return Flag(field);
            case FieldType.Int32 or FieldType.Int64 when !field.HasPresence:
                var number = Number(field);
                return record => number(record) != 0;
            default:
                return IsPresent(field);
        }
    }

    private static PropertyInfo? PropertyOf(FieldDescriptor field, string name) =>
        field.ContainingType.ClrType.GetProperty(name, BindingFlags.Public | BindingFlags.Instance);

    private static Func<IMessage, T> Compile<T>(FieldDescriptor field, string property)
    {
        var record = Expression.Parameter(typeof(IMessage));
        Expression value = Expression.Property(Expression.Convert(record, field.ContainingType.ClrType), property);
        return Expression.Lambda<Func<IMessage, T>>(value.Type == typeof(T) ? value : Expression.Convert(value, typeof(T)), record).Compile();
    }
}
