using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using HubExchange.V1;
using NpgsqlTypes;
using EntityField = HubExchange.Contracts.Entities.EntityField;

namespace HubExchange.Server.Storage;

/// <summary>How the values of one kind of field are stored.</summary>
/// <param name="SqlType">Type of the column.</param>
/// <param name="DbType">The same for a parameter.</param>
/// <param name="Read">Turns the value of the field into the value of the column, null for an empty one.</param>
internal sealed record ColumnKind(string SqlType, NpgsqlDbType DbType, Func<EntityField, object, object?> Read)
{
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    private static readonly ColumnKind Text = new("text", NpgsqlDbType.Text, (_, value) => NullIfEmpty(value));

    // Batches carry dates as text: the driver would turn 9999-12-31, which registers use for "open", into infinity.
    private static readonly ColumnKind Date = new("date", NpgsqlDbType.Date, (_, value) => NullIfEmpty(value) is { } text
        ? DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture)
        : null)
    { NewBatch = Texts, ReadForBatch = Text.Read, BatchSqlType = "text" };

    // And decimals, which may have more digits than the CLR type.
    private static readonly ColumnKind Decimal = new("numeric", NpgsqlDbType.Numeric, (_, value) => NullIfEmpty(value) is { } text
        ? decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture)
        : null)
    { NewBatch = Texts, ReadForBatch = Text.Read, BatchSqlType = "text" };

    private static readonly ColumnKind Integer =
        new("integer", NpgsqlDbType.Integer, (_, value) => value) { NewBatch = count => new int?[count] };

    private static readonly ColumnKind BigInteger =
        new("bigint", NpgsqlDbType.Bigint, (_, value) => value) { NewBatch = count => new long?[count] };

    private static readonly ColumnKind Boolean =
        new("boolean", NpgsqlDbType.Boolean, (_, value) => value) { NewBatch = count => new bool?[count] };

    private static readonly ColumnKind Code = new("text", NpgsqlDbType.Text, (field, value) => CodeName(field, value));

    private static readonly ColumnKind Instant = new("timestamptz", NpgsqlDbType.TimestampTz, (_, value) => ((Timestamp)value).ToDateTime())
    { NewBatch = count => new DateTime?[count] };

    private static readonly ColumnKind Bytes =
        new("bytea", NpgsqlDbType.Bytea, (_, value) => value is ByteString { IsEmpty: false } bytes ? bytes.ToByteArray() : null)
        { NewBatch = count => new byte[count][] };

    private static readonly ColumnKind TextList = List("text", NpgsqlDbType.Text, (_, list) => list.Cast<string>().ToArray());

    private static readonly ColumnKind CodeTexts = List(
        "text", NpgsqlDbType.Text, (field, list) => list.Cast<object>().Select(value => CodeName(field, value) ?? "UNSPECIFIED").ToArray());

    private static readonly ColumnKind IntegerList = List("integer", NpgsqlDbType.Integer, (_, list) => list.Cast<int>().ToArray());

    private static readonly ColumnKind BigIntegerList = List("bigint", NpgsqlDbType.Bigint, (_, list) => list.Cast<long>().ToArray());

    private static readonly ColumnKind BooleanList = List("boolean", NpgsqlDbType.Boolean, (_, list) => list.Cast<bool>().ToArray());

    private static readonly ColumnKind Document = new("jsonb", NpgsqlDbType.Jsonb, (_, value) => JsonOf(value));

    /// <summary>Type of the column in a batch; another one than <see cref="SqlType"/> where the statement has to cast.</summary>
    public string BatchSqlType { get; private init; } = SqlType;

    /// <summary>Turns the value of the field into the value for a batch.</summary>
    public Func<EntityField, object, object?> ReadForBatch { get; private init; } = Read;

    /// <summary>Makes the array of a batch; its elements take nulls.</summary>
    public Func<int, Array> NewBatch { get; private init; } = Texts;

    /// <summary>Type of the array of a batch as a parameter.</summary>
    public NpgsqlDbType BatchDbType => NpgsqlDbType.Array | (BatchSqlType == "text" ? NpgsqlDbType.Text : DbType);

    /// <summary>Decides how a field is stored.</summary>
    public static ColumnKind Of(EntityField field)
    {
        var type = field.Descriptor.FieldType;
        return field.Descriptor switch
        {
            { IsMap: true } => Document,
            { IsRepeated: true } => type switch
            {
                FieldType.String => TextList,
                FieldType.Enum => CodeTexts,
                FieldType.Int32 => IntegerList,
                FieldType.Int64 => BigIntegerList,
                FieldType.Bool => BooleanList,
                _ => Document,
            },
            _ => type switch
            {
                FieldType.String => field.Options.Format switch
                {
                    Format.Date => Date,
                    Format.Decimal => Decimal,
                    _ => Text,
                },
                FieldType.Enum => Code,
                FieldType.Int32 => Integer,
                FieldType.Int64 => BigInteger,
                FieldType.Bool => Boolean,
                FieldType.Bytes => Bytes,
                FieldType.Message when field.Descriptor.MessageType == Timestamp.Descriptor => Instant,
                FieldType.Message => Document,
                _ => throw new InvalidOperationException($"{field}: fields of type {type} cannot be stored."),
            },
        };
    }

    private static string?[] Texts(int count) => new string?[count];

    // unnest takes arrays of arrays apart down to the elements, so a batch carries each list as the text of an array.
    private static ColumnKind List(string element, NpgsqlDbType type, Func<EntityField, IList, Array> read)
    {
        return new ColumnKind($"{element}[]", NpgsqlDbType.Array | type, Values)
        {
            ReadForBatch = (field, value) => Values(field, value) is Array values ? ArrayText.Of(values) : null,
            BatchSqlType = "text",
        };

        object? Values(EntityField field, object value) => value is IList { Count: > 0 } list ? read(field, list) : null;
    }

    private static string? NullIfEmpty(object value) => value is string { Length: > 0 } text ? text : null;

    private static string? CodeName(EntityField field, object value) => Convert.ToInt32(value, CultureInfo.InvariantCulture) switch
    {
        0 => null,
        var number => field.Codes!.Find(number)?.Name ?? number.ToString(CultureInfo.InvariantCulture),
    };

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
