using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Contracts.Entities;
using HubExchange.V1;
using Npgsql;
using NpgsqlTypes;
using EntityField = HubExchange.Contracts.Entities.EntityField;

namespace HubExchange.Server.Storage;

/// <summary>How the values of one field are stored.</summary>
/// <param name="SqlType">Type of the column.</param>
/// <param name="BatchSqlType">Type of the column in a batch; another one than <paramref name="SqlType"/> where the statement has to cast.</param>
/// <param name="Batch">Makes the array parameter with the field's value of each record; null for an empty value and for a tombstone.</param>
/// <param name="Copy">Adds the field's value to a row of COPY; null for an empty value.</param>
internal sealed record ColumnKind(
    string SqlType, string BatchSqlType, Func<IMessage?[], NpgsqlParameter> Batch, Action<IMessage, CopyRows> Copy)
{
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    /// <summary>Decides how a field is stored.</summary>
    public static ColumnKind Of(EntityField field)
    {
        var descriptor = field.Descriptor;
        var type = descriptor.FieldType;
        if (descriptor.IsMap)
        {
            return Document(field);
        }

        if (descriptor.IsRepeated)
        {
            return type switch
            {
                FieldType.String => List("text", field, static value => (string)value),
                FieldType.Enum => List("text", field, value => CodeName(field, Convert.ToInt32(value, CultureInfo.InvariantCulture)) ?? "UNSPECIFIED"),
                FieldType.Int32 => List("integer", field, Plain, CopyRows.IntegerType, static (rows, value) => rows.Add((int)value)),
                FieldType.Int64 => List("bigint", field, Plain, CopyRows.BigintType, static (rows, value) => rows.Add((long)value)),
                FieldType.Bool => List("boolean", field, Plain, CopyRows.BooleanType, static (rows, value) => rows.Add((bool)value)),
                _ => Document(field),
            };
        }

        switch (type)
        {
            case FieldType.String:
                // Batches carry dates as text: the driver would turn 9999-12-31, which registers use for "open", into infinity.
                // And decimals, which may have more digits than the CLR type.
                var text = FieldReader.Text(descriptor);
                string? Filled(IMessage record) => text(record) is { Length: > 0 } value ? value : null;
                return field.Options.Format switch
                {
                    Format.Date => Texts("date", "text", NpgsqlDbType.Text, Filled, static (rows, value) => rows.AddDate(value)),
                    Format.Decimal => Texts("numeric", "text", NpgsqlDbType.Text, Filled, static (rows, value) => rows.AddDecimal(value)),
                    _ => Texts("text", "text", NpgsqlDbType.Text, Filled, static (rows, value) => rows.Add(value)),
                };
            case FieldType.Enum:
                var code = FieldReader.Number(descriptor);
                return Texts("text", "text", NpgsqlDbType.Text, record => CodeName(field, (int)code(record)), static (rows, value) => rows.Add(value));
            case FieldType.Int32:
                return Values("integer", NpgsqlDbType.Integer, Present(descriptor, FieldReader.Value<int?>(descriptor)), static (rows, value) => rows.Add(value));
            case FieldType.Int64:
                return Values("bigint", NpgsqlDbType.Bigint, Present(descriptor, FieldReader.Value<long?>(descriptor)), static (rows, value) => rows.Add(value));
            case FieldType.Bool:
                return Values("boolean", NpgsqlDbType.Boolean, Present(descriptor, FieldReader.Value<bool?>(descriptor)), static (rows, value) => rows.Add(value));
            case FieldType.Bytes:
                var bytes = FieldReader.Value<ByteString>(descriptor);
                return Values(
                    "bytea",
                    NpgsqlDbType.Bytea,
                    record => bytes(record) is { IsEmpty: false } value ? value.ToByteArray() : null,
                    static (rows, value) => rows.Add(value));
            case FieldType.Message when descriptor.MessageType == Timestamp.Descriptor:
                var instant = FieldReader.Value<Timestamp?>(descriptor);
                return Values("timestamptz", NpgsqlDbType.TimestampTz, record => instant(record)?.ToDateTime(), static (rows, value) => rows.Add(value));
            case FieldType.Message:
                return Document(field);
            default:
                throw new InvalidOperationException($"{field}: fields of type {type} cannot be stored.");
        }
    }

    private static Func<IMessage, T?> Present<T>(FieldDescriptor field, Func<IMessage, T?> read)
    {
        if (!field.HasPresence)
        {
            return read;
        }

        var isPresent = FieldReader.IsPresent(field);
        return record => isPresent(record) ? read(record) : default;
    }

    private static ColumnKind List(string element, EntityField field, Func<object, string> text) =>
        List(element, field, text, CopyRows.TextType, (rows, value) => rows.Add(text(value)));

    // unnest takes arrays of arrays apart down to the elements, so a batch carries each list as the text of an array.
    private static ColumnKind List(
        string element, EntityField field, Func<object, string> text, int elementType, Action<CopyRows, object> copy)
    {
        var read = FieldReader.List(field.Descriptor);
        return Texts($"{element}[]", "text", NpgsqlDbType.Text, record => read(record) is { Count: > 0 } list ? ArrayText.Of(list, text) : null) with
        {
            Copy = (record, rows) => rows.AddList(elementType, read(record), copy),
        };
    }

    private static ColumnKind Document(EntityField field)
    {
        var read = Present(field.Descriptor, FieldReader.Value<object>(field.Descriptor));
        return Values(
            "jsonb", NpgsqlDbType.Jsonb, record => read(record) is { } value ? JsonOf(value) : null, static (rows, value) => rows.AddJson(value));
    }

    // A text in batches, whatever the column is.
    private static ColumnKind Texts(
        string sqlType, string batchSqlType, NpgsqlDbType type, Func<IMessage, string?> read, Action<CopyRows, string?>? copy = null) =>
        Values(sqlType, type, read, copy ?? (static (rows, value) => rows.Add(value))) with { BatchSqlType = batchSqlType };

    private static ColumnKind Values<T>(string sqlType, NpgsqlDbType type, Func<IMessage, T?> read, Action<CopyRows, T?> copy)
    {
        return new ColumnKind(sqlType, sqlType, BatchOf, (record, rows) => copy(rows, read(record)));

        NpgsqlParameter BatchOf(IMessage?[] records)
        {
            var values = new T?[records.Length];
            for (var i = 0; i < records.Length; i++)
            {
                if (records[i] is { } record)
                {
                    values[i] = read(record);
                }
            }

            return new NpgsqlParameter<T?[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
        }
    }

    private static string? CodeName(EntityField field, int number) => number == 0
        ? null
        : field.Codes!.Find(number)?.Name ?? number.ToString(CultureInfo.InvariantCulture);

    private static string Plain(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static string? JsonOf(object value)
    {
        if (value is ICollection { Count: 0 })
        {
            return null;
        }

        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        Json.WriteValue(writer, value);
        return writer.ToString();
    }
}
