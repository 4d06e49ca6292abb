using System.Globalization;
using System.Text;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Query.Filters;

/// <summary>
/// Turns a filter into a SQL condition. Only columns of filterable fields get into the text, every literal becomes a parameter, so no
/// input can change the statement.
/// </summary>
/// <param name="type">The entity type whose fields may be named.</param>
/// <param name="alias">Alias of its table.</param>
/// <param name="mayRead">Whether the caller may see a field; filtering by a hidden one would reveal it.</param>
/// <param name="parameters">Takes the literals.</param>
internal sealed class FilterSql(EntityType type, string alias, Func<EntityField, bool> mayRead, NpgsqlParameterCollection parameters)
{
    private const int MaxSuggestions = 40;

    public string Compile(FilterNode node) => node switch
    {
        FilterNode.All all => Join(all.Parts, " and "),
        FilterNode.Any any => Join(any.Parts, " or "),
        FilterNode.Not not => $"not ({Compile(not.Part)})",
        FilterNode.Comparison comparison => CompileComparison(comparison),
        _ => throw new InvalidOperationException($"Unknown filter node {node.GetType()}."),
    };

    private string Join(IReadOnlyList<FilterNode> parts, string between) => $"({string.Join(between, parts.Select(Compile))})";

    private string CompileComparison(FilterNode.Comparison comparison)
    {
        var field = FieldOf(comparison.Field);
        var column = $"{alias}.\"{field.Name}\"";
        if (field.IsList)
        {
            return comparison.Operator == ":"
                ? $"coalesce({Parameter(Value(field, comparison))} = any({column}), false)"
                : throw Wrong(comparison.Field, $"列表字段 {field.Name} 只能用 : 判断是否包含", $"the list {field.Name} takes only ':' (contains)");
        }

        return comparison.Operator switch
        {
            "=" when IsText(field) && comparison.Literal.Text.EndsWith('*') && comparison.Literal.Kind == FilterTokenKind.Text =>
                Like(column, Escape(comparison.Literal.Text[..^1]) + "%"),
            "=" => $"coalesce({column} = {Parameter(Value(field, comparison))}, false)",
            "!=" => $"{column} is distinct from {Parameter(Value(field, comparison))}",
            ":" when IsText(field) => Like(column, "%" + Escape(comparison.Literal.Text) + "%"),
            ":" => throw Wrong(comparison.Field, $"{field.Name} 不是文本或列表,不能用 :", $"{field.Name} is neither text nor list, ':' does not apply"),
            _ when field.Codes is not null || field.Descriptor.FieldType == FieldType.Bool =>
                throw Wrong(comparison.Field, $"{field.Name} 没有大小顺序,只能用 = 或 !=", $"{field.Name} has no order, use = or !="),
            _ => $"coalesce({column} {comparison.Operator} {Parameter(Value(field, comparison))}, false)",
        };
    }

    private string Like(string column, string pattern) => $"coalesce({column} like {Parameter(pattern)}, false)";

    private string Parameter(object value)
    {
        parameters.Add(new NpgsqlParameter { Value = value });
        return $"${parameters.Count.ToString(CultureInfo.InvariantCulture)}";
    }

    private EntityField FieldOf(FilterToken token)
    {
        var field = type.Find(token.Text);
        if (field is not { Options.Filterable: true })
        {
            var known = string.Join(", ", type.Fields.Where(f => f.Options.Filterable).Select(f => f.Name).Take(MaxSuggestions));
            throw Wrong(token, $"没有可筛选的字段 {token.Text}。可用字段:{known}", $"there is no filterable field {token.Text}. Fields: {known}");
        }

        return mayRead(field) ? field : throw new FieldNotReadableException(field.Name);
    }

    private static object Value(EntityField field, FilterNode.Comparison comparison)
    {
        var text = comparison.Literal.Text;
        if (field.Codes is { } codes)
        {
            return codes.Find(text)?.Name ?? throw Wrong(
                comparison.Literal,
                $"{field.Label} 没有代码“{text}”。可用代码:{string.Join("、", codes.Codes.Select(code => $"{code.Name} {code.Label}"))}",
                $"{field.Name} has no code '{text}'. Codes: {string.Join(", ", codes.Codes.Select(code => code.Name))}");
        }

        object? value = (field.Descriptor.FieldType, field.Options.Format) switch
        {
            (FieldType.String, Format.Date) => DateOnly.TryParseExact(text, "yyyy-MM-dd", out var date) ? date : null,
            (FieldType.String, Format.Decimal) => decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : null,
            (FieldType.String, _) => field.IsCode ? Contracts.Hashing.CanonicalText.OfCode(text) : Contracts.Hashing.CanonicalText.Of(text),
            (FieldType.Int32, _) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
            (FieldType.Int64, _) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
            (FieldType.Bool, _) => bool.TryParse(text, out var flag) ? flag : null,
            _ => null,
        };
        return value ?? throw Wrong(
            comparison.Literal,
            $"“{text}”不是 {field.Label} 的合法值{Expected(field, "zh")}",
            $"'{text}' is not a value of {field.Name}{Expected(field, "en")}");
    }

    private static string Expected(EntityField field, string language) => (field.Options.Format, language) switch
    {
        (Format.Date, "zh") => ",日期写作 YYYY-MM-DD",
        (Format.Date, _) => ", a date is YYYY-MM-DD",
        (_, "zh") => "",
        _ => "",
    };

    private static bool IsText(EntityField field) =>
        field.Descriptor.FieldType == FieldType.String && field.Options.Format is not (Format.Date or Format.Decimal);

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is '%' or '_' or '\\')
            {
                escaped.Append('\\');
            }

            escaped.Append(c);
        }

        return escaped.ToString();
    }

    private static FilterException Wrong(FilterToken token, string zh, string en) => new(token.Position, zh, en);
}

/// <summary>A filter names a field that the caller may not see.</summary>
internal sealed class FieldNotReadableException(string field) : Exception(field)
{
    public string Field { get; } = field;
}
