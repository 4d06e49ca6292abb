using System.Globalization;
using System.Text.RegularExpressions;
using HubExchange.Server.Errors;
using HubExchange.Server.Query.Filters;
using Npgsql;

namespace HubExchange.Server.Query;

/// <summary>
/// The order of a list: some fields, then the key, and where several sources report a key the source, so that no two rows are equal. A page begins after the values of the last row
/// before it, not after a number of rows, and stays right while rows come and go.
/// </summary>
internal sealed partial class ListOrder
{
    private const int MaxFields = 5;

    private readonly List<(FilterValue Value, bool IsDescending)> _fields = [];

    // No index has the source behind the key, so it stands in the order only where it is needed.
    private readonly bool _hasSources;

    private ListOrder(bool hasSources) => _hasSources = hasSources;

    /// <summary>Reads <c>order_by</c>.</summary>
    /// <param name="orderBy">E.g. <c>issued_on desc, uscc</c>; empty for the order of keys.</param>
    /// <param name="fields">Finds the fields.</param>
    /// <param name="source">Whose rows are listed, as for <see cref="RecordRows.From"/>.</param>
    public static ListOrder Parse(string orderBy, FilterFields fields, string source)
    {
        var order = new ListOrder(source == RecordRows.EverySource);
        if (string.IsNullOrWhiteSpace(orderBy))
        {
            return order;
        }

        var start = 0;
        foreach (var part in orderBy.Split(','))
        {
            if (order._fields.Count == MaxFields)
            {
                throw Wrong(start + 1, $"最多 {MaxFields} 个字段", $"at most {MaxFields} fields");
            }

            order._fields.Add(Read(part, start + 1, fields));
            start += part.Length + 1;
        }

        return order;
    }

    /// <summary>No field comes before the key.</summary>
    public bool IsByKey => _fields.Count == 0;

    /// <summary>The values that a cursor needs, as further columns of a statement; begins with a comma if there are any.</summary>
    public string Columns => string.Concat(_fields.Select(item => $", {Text(item.Value)}"));

    /// <summary>The ORDER BY of a statement.</summary>
    public string OrderBy => string.Join(
        ", ", [.. _fields.Select(item => $"{Sortable(item.Value)} {(item.IsDescending ? "desc" : "asc")} nulls last"), _hasSources ? "r.hub_key, r.hub_source" : "r.hub_key"]);

    /// <summary>Takes the cursor out of a row.</summary>
    public ListCursor Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        [.. _fields.Select((_, index) => row.IsDBNull(RecordRow.Count + index) ? null : row.GetString(RecordRow.Count + index))]);

    /// <summary>The condition that a row stands after the cursor.</summary>
    public string After(ListCursor cursor, NpgsqlParameterCollection parameters)
    {
        if (cursor.Values.Count != _fields.Count)
        {
            throw HubErrors.Of(V1.ErrorReason.PageTokenInvalid);
        }

        var condition = _hasSources
            ? $"(r.hub_key, r.hub_source) > ({parameters.Use(cursor.Key)}, {parameters.Use(cursor.Source)})"
            : $"r.hub_key > {parameters.Use(cursor.Key)}";
        for (var i = _fields.Count - 1; i >= 0; i--)
        {
            var (value, isDescending) = _fields[i];
            var sql = Sortable(value);

            // Absent values come last, so nothing but other absent ones follows them.
            condition = cursor.Values[i] is { } text && Parameter(value.Kind, text, parameters) is var last
                ? $"({sql} {(isDescending ? "<" : ">")} {last} or {sql} is null or ({sql} = {last} and {condition}))"
                : $"({sql} is null and {condition})";
        }

        return condition;
    }

    private static (FilterValue Value, bool IsDescending) Read(string part, int position, FilterFields fields)
    {
        var match = PartForm().Match(part);
        if (!match.Success)
        {
            throw Wrong(position, "应写作“字段”或“字段 desc”,以逗号分隔", "write 'field' or 'field desc', separated by commas");
        }

        try
        {
            var value = fields.Find(new FilterToken(FilterTokenKind.Word, match.Groups[1].Value, position + match.Groups[1].Index));
            return value.Kind == FilterKind.Message || value.Hops.Count > 0
                ? throw Wrong(
                    value.Token.Position,
                    $"{match.Groups[1].Value} 可有多个值或属于其他记录,不能用于排序",
                    $"{match.Groups[1].Value} may have several values or belongs to another record, it gives no order")
                : (value, match.Groups[2].Value == "desc");
        }
        catch (FilterException e)
        {
            throw Wrong(e.Position, e.Zh, e.En);
        }
    }

    private static string Sortable(FilterValue value) =>
        value.Kind is FilterKind.Text or FilterKind.Code ? $"({value.Sql} collate \"C\")" : value.Sql;

    private static string Text(FilterValue value) => value.Kind == FilterKind.Instant
        ? $"to_char({value.Sql} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
        : $"({value.Sql})::text";

    // A token may have been tampered with: nothing in it may make the statement fail.
    private static string Parameter(FilterKind kind, string text, NpgsqlParameterCollection parameters) => kind switch
    {
        FilterKind.Text or FilterKind.Code => parameters.Use(text),
        FilterKind.Number when NumberForm().IsMatch(text) => $"{parameters.Use(text)}::numeric",
        FilterKind.Flag when bool.TryParse(text, out var flag) => parameters.Use(flag),
        FilterKind.Date when FilterLiterals.DateText(text) is { } date => $"{parameters.Use(date)}::date",
        FilterKind.Instant when DateTime.TryParseExact(
            text, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var instant) =>
            parameters.Use(instant),
        _ => throw HubErrors.Of(V1.ErrorReason.PageTokenInvalid),
    };

    private static Grpc.Core.RpcException Wrong(int position, string zh, string en) => HubErrors.InvalidRequest(
        new FieldProblem("order_by", $"第 {position} 个字符处有误:{zh}", $"wrong at character {position}: {en}"));

    [GeneratedRegex(@"^\s*([^\s]+)(?:\s+(asc|desc))?\s*\z")]
    private static partial Regex PartForm();

    [GeneratedRegex(@"^-?[0-9]{1,1000}(\.[0-9]{1,1000})?\z")]
    private static partial Regex NumberForm();
}
