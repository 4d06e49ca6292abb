using System.Collections;
using System.Linq.Expressions;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace HubExchange.Contracts.Validation;

/// <summary>Compiles readers of message fields: the accessors of the descriptors box every number.</summary>
internal static class FieldReader
{
    /// <summary>Reads a single text field.</summary>
    public static Func<IMessage, string> Text(FieldDescriptor field) => Compile<string>(field);

    /// <summary>Reads a single integer or enum field.</summary>
    public static Func<IMessage, long> Number(FieldDescriptor field) => Compile<long>(field);

    /// <summary>Reads a single truth value.</summary>
    public static Func<IMessage, bool> Flag(FieldDescriptor field) => Compile<bool>(field);

    /// <summary>Tells whether a field is filled in: empty texts, unspecified codes and empty lists are not.</summary>
    public static Func<IMessage, bool> IsSet(FieldDescriptor field)
    {
        var accessor = field.Accessor;
        if (field.IsRepeated)
        {
            return record => ((ICollection)accessor.GetValue(record)).Count > 0;
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
                return record => !((ByteString)accessor.GetValue(record)).IsEmpty;
            case FieldType.Bool when !field.HasPresence:
                return Flag(field);
            case FieldType.Int32 or FieldType.Int64 when !field.HasPresence:
                var number = Number(field);
                return record => number(record) != 0;
            default:
                return record => accessor.HasValue(record);
        }
    }

    private static Func<IMessage, T> Compile<T>(FieldDescriptor field)
    {
        var record = Expression.Parameter(typeof(IMessage));
        Expression value = Expression.Property(Expression.Convert(record, field.ContainingType.ClrType), field.PropertyName);
        return Expression.Lambda<Func<IMessage, T>>(value.Type == typeof(T) ? value : Expression.Convert(value, typeof(T)), record).Compile();
    }
}
