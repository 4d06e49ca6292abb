using Google.Protobuf;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Validation.Formats;
using HubExchange.V1;
using EntityField = HubExchange.Contracts.Entities.EntityField;
using FieldReader = HubExchange.Contracts.Entities.FieldReader;

namespace HubExchange.Contracts.Validation.Checks;

/// <summary>Reads dates, periods, years, decimals and integers as numbers that can be compared.</summary>
internal static class OrderedValue
{
    /// <summary>A reader that returns null for what is empty or badly formed; other rules say so.</summary>
    public static Func<IMessage, decimal?> Reader(EntityField field)
    {
        if (field.Descriptor.FieldType is FieldType.Int32 or FieldType.Int64)
        {
            var number = FieldReader.Number(field.Descriptor);
            var isSet = FieldReader.IsSet(field.Descriptor);
            return record => isSet(record) ? number(record) : null;
        }

        if (field.Descriptor.FieldType != FieldType.String || field.IsList)
        {
            return static _ => null;
        }

        var text = FieldReader.Text(field.Descriptor);
        return field.Options.Format switch
        {
            Format.Date => record => CalendarDate.TryParse(text(record), out var date) ? date.DayNumber : null,
            Format.Period => record => Period.TryFirstMonth(text(record), out var month) ? month : null,
            Format.Year => record => text(record) is var year && CalendarDate.IsYear(year) ? Picture.Number(year) : null,
            Format.Decimal => record => DecimalText.TryParse(text(record), out var value) ? value : null,
            _ => static _ => null,
        };
    }
}
