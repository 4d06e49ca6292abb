using System.Collections;
using System.Globalization;
using Google.Protobuf;
using HubExchange.Contracts.Entities;

namespace HubExchange.Cli;

/// <summary>Shows the value of a field as a person wants to read it: labels instead of codes, yuan instead of 分.</summary>
internal static class FieldText
{
    public static string Of(EntityField field, IMessage record)
    {
        var descriptor = field.Descriptor;
        if (descriptor.HasPresence && !descriptor.Accessor.HasValue(record))
        {
            return "";
        }

        var value = descriptor.Accessor.GetValue(record);
        return descriptor.IsMap
            ? Json(field, record)
            : value is IList items
            ? string.Join("; ", items.Cast<object>().Select(item => One(field, item)))
            : One(field, value);
    }

    private static string One(EntityField field, object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "是" : "否",
        ByteString bytes => Convert.ToHexStringLower(bytes.Span),
        IMessage message => JsonFormatter.ToDiagnosticString(message),
        Enum code => Code(field, Convert.ToInt32(code, CultureInfo.InvariantCulture)),
        int or long => Number(field, Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Code(EntityField field, int number) => number == 0 ? "" : field.Codes?.Find(number)?.Label ?? $"{number}";

    private static string Number(EntityField field, long value) => field.Options.Unit == "分"
        ? (value / 100m).ToString("#,0.00", CultureInfo.InvariantCulture) + " 元"
        : value.ToString(CultureInfo.InvariantCulture) + field.Options.Unit;

    private static string Json(EntityField field, IMessage record) =>
        Screen.ToJson(record)[field.Name]?.ToJsonString() ?? "";
}
