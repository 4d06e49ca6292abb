using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Server.Query.Filters;

/// <summary>Where the value of a field stands: in a column of its own, or in the JSON of a nested message.</summary>
internal static class FieldSql
{
    /// <summary>The field is a nested message or a list of them.</summary>
    public static bool IsDocument(EntityField field) => field.Descriptor is { FieldType: FieldType.Message, IsMap: false } descriptor &&
        descriptor.MessageType != Timestamp.Descriptor;

    /// <summary>What stands in a list, or the value itself; a list adds a hop.</summary>
    public static string ElementOf(EntityField field, string sql, Func<string> nextAlias, List<FilterHop> hops)
    {
        if (!field.IsList)
        {
            return sql;
        }

        var element = nextAlias();
        var elements = IsDocument(field) ? "jsonb_array_elements" : "unnest";
        hops.Add(Each(elements, sql, element));
        return $"{element}.value";
    }

    /// <summary>The value of a column.</summary>
    public static FilterValue OfColumn(EntityField field, FilterToken token, string column, Func<string> nextAlias)
    {
        if (!field.IsList || IsDocument(field))
        {
            return Of(field, token, column);
        }

        var element = nextAlias();

        // Columns hold dates and decimals as such, lists hold them as text.
        return Of(field, token, Cast(field, $"{element}.value")) with
        {
            Hops = [Each("unnest", column, element)],
            List = column,
        };
    }

    /// <summary>The value of a field of a nested message.</summary>
    public static FilterValue OfDocument(EntityField field, FilterToken token, string document, Func<string> nextAlias)
    {
        var value = $"({document}->'{field.Name}')";
        if (IsDocument(field))
        {
            return Of(field, token, value);
        }

        if (field.IsList)
        {
            var element = nextAlias();
            return Of(field, token, Read(field, $"{element}.value")) with
            {
                Hops = [Each("jsonb_array_elements_text", value, element)],
                List = value,
            };
        }

        var sql = Read(field, $"({document}->>'{field.Name}')");

        // JSON leaves out zero and false; columns hold them.
        var isZeroLeftOut = !field.Descriptor.HasPresence && KindOf(field) is FilterKind.Flag ||
            (!field.Descriptor.HasPresence && field.Descriptor.FieldType is FieldType.Int32 or FieldType.Int64);
        return Of(field, token, isZeroLeftOut
            ? $"case when {document} is not null then coalesce({sql}, {(KindOf(field) == FilterKind.Flag ? "false" : "0")}) end"
            : sql);
    }

    /// <summary>What a field can be compared with.</summary>
    public static FilterKind KindOf(EntityField field) => field.Descriptor.FieldType switch
    {
        FieldType.Enum => FilterKind.Code,
        FieldType.Bool => FilterKind.Flag,
        FieldType.Int32 or FieldType.Int64 => FilterKind.Number,
        FieldType.String => field.Options.Format switch
        {
            Format.Date => FilterKind.Date,
            Format.Decimal => FilterKind.Number,
            _ => FilterKind.Text,
        },
        FieldType.Message when field.Descriptor.MessageType == Timestamp.Descriptor && !field.IsList => FilterKind.Instant,
        _ => FilterKind.Message,
    };

    private static FilterValue Of(EntityField field, FilterToken token, string sql) => new(token, KindOf(field), sql) { Field = field };

    private static FilterHop Each(string function, string list, string element) =>
        (condition, _) => $"exists (select from {function}({list}) {element} (value) where {condition})";

    private static string Cast(EntityField field, string text) => KindOf(field) switch
    {
        FilterKind.Date => $"{text}::date",
        FilterKind.Number when field.Descriptor.FieldType == FieldType.String => $"{text}::numeric",
        _ => text,
    };

    private static string Read(EntityField field, string text) => KindOf(field) switch
    {
        FilterKind.Code => CodeName(field.Codes!, field.Descriptor.EnumType, text),
        FilterKind.Flag => $"{text}::boolean",
        FilterKind.Number => $"nullif({text}, '')::numeric",
        FilterKind.Date => $"nullif({text}, '')::date",
        FilterKind.Instant => $"{text}::timestamptz",
        _ => $"nullif({text}, '')",
    };

    // JSON has the names of codes with the prefix of their list, columns without.
    private static string CodeName(CodeList codes, EnumDescriptor descriptor, string text)
    {
        var full = descriptor.FindValueByNumber(codes.Codes[0].Number).Name;
        var prefix = full[..^codes.Codes[0].Name.Length];
        return prefix.Length == 0 ? text : $"regexp_replace({text}, '^{prefix}', '')";
    }
}
