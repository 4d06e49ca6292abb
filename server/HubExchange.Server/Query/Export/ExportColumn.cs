using System.Collections;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Contracts.Entities;
using HubExchange.V1;
using EntityField = HubExchange.Contracts.Entities.EntityField;

namespace HubExchange.Server.Query.Export;

/// <summary>A column of a file, with what it takes from a record. Cells are written as <c>hubctl push</c> reads them.</summary>
/// <param name="Heading">First cell.</param>
/// <param name="Width">Width in characters.</param>
/// <param name="Read">Its cell of a record.</param>
internal sealed record ExportColumn(string Heading, int Width, Func<IMessage, ExportCell> Read)
{
    private const int MinWidth = 10;

    private static readonly TimeSpan ChinaOffset = TimeSpan.FromHours(8);
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    /// <summary>The column of a field.</summary>
    public static ExportColumn Of(EntityField field, ExportHeading heading)
    {
        var unit = field.Options.Unit;
        var text = heading == ExportHeading.Field ? field.Name : unit.Length == 0 ? field.Label : $"{field.Label}({unit})";
        return new ExportColumn(text, Math.Max(MinWidth, (text.Length * 2) + 2), Reader(field));
    }

    /// <summary>An instant as text, Beijing time.</summary>
    public static string Instant(DateTimeOffset instant) =>
        instant.ToOffset(ChinaOffset).ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);

    private static Func<IMessage, ExportCell> Reader(EntityField field)
    {
        var descriptor = field.Descriptor;
        if (descriptor.IsMap)
        {
            var map = FieldReader.Value<object>(descriptor);
            return record => field.IsSetIn(record) ? ExportCell.Of(JsonOf(map(record))) : ExportCell.Empty;
        }

        if (descriptor.IsRepeated)
        {
            var list = FieldReader.List(descriptor);
            return Filters.FieldSql.IsDocument(field)
                ? record => list(record) is { Count: > 0 } items ? ExportCell.Of(JsonOf(items)) : ExportCell.Empty
                : record => ExportCell.Of(string.Join(';', list(record).Cast<object>().Select(item => One(field, item).Text)));
        }

        var kind = KindOf(field);
        if (descriptor.FieldType == FieldType.String)
        {
            var text = FieldReader.Text(descriptor);
            return record => text(record) is { Length: > 0 } value ? new ExportCell(kind, value) : ExportCell.Empty;
        }

        var value = FieldReader.Value<object?>(descriptor);
        var isPresent = descriptor.HasPresence ? FieldReader.IsPresent(descriptor) : null;
        return record => isPresent?.Invoke(record) == false ? ExportCell.Empty : One(field, value(record));
    }

    private static CellKind KindOf(EntityField field) => field.Options.Format switch
    {
        Format.Date => CellKind.Date,
        Format.Decimal => CellKind.Number,
        _ => CellKind.Text,
    };

    private static ExportCell One(EntityField field, object? value) => value switch
    {
        null => ExportCell.Empty,
        string text => ExportCell.Of(text),
        bool flag => ExportCell.Of(flag ? "是" : "否"),
        int or long => new ExportCell(CellKind.Number, Convert.ToString(value, CultureInfo.InvariantCulture)!),
        System.Enum => ExportCell.Of(CodeText(field.Codes!, Convert.ToInt32(value, CultureInfo.InvariantCulture))),
        ByteString bytes => ExportCell.Of(bytes.ToBase64()),
        Timestamp instant => ExportCell.Of(Instant(instant.ToDateTimeOffset())),
        _ => ExportCell.Of(JsonOf(value)),
    };

    // A label that two codes share, or that is another one's name, would be read back as the wrong one.
    private static string CodeText(CodeList codes, int number) => codes.Find(number) is not { } code
        ? number == 0 ? "" : number.ToString(CultureInfo.InvariantCulture)
        : codes.Find(code.Label)?.Number == number ? code.Label : code.Name;

    private static string JsonOf(object value)
    {
        var text = new StringBuilder();
        using var writer = new StringWriter(text, CultureInfo.InvariantCulture);
        Json.WriteValue(writer, value);
        return text.ToString();
    }
}
