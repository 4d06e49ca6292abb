using System.Collections.Frozen;
using System.Globalization;

namespace HubExchange.Server.Query.Filters;

/// <summary>The functions of filters that are values. Their names are closed; arguments are checked before they become SQL.</summary>
/// <param name="scope">What <c>today()</c> is.</param>
/// <param name="literals">Makes parameters.</param>
internal sealed class FilterFunctions(FilterScope scope, FilterLiterals literals)
{
    public const string Contains = "contains";
    public const string Prefix = "prefix";

    // Together with the limit on nesting this keeps every date within what PostgreSQL can hold.
    private static readonly FrozenDictionary<string, (string Unit, int Most)> Moves = new Dictionary<string, (string, int)>
    {
        ["add_years"] = ("years", 100),
        ["add_months"] = ("months", 1_200),
        ["add_days"] = ("days", 36_600),
    }.ToFrozenDictionary();

    private static readonly string All =
        string.Join(", ", (string[])[Contains, Prefix, "year", "month", "today", "date", .. Moves.Keys.Order(StringComparer.Ordinal)]);

    /// <summary>Whether a function is a condition rather than a value.</summary>
    public static bool IsTest(FilterOperand.Call call) => call.Token.Text is Contains or Prefix;

    /// <summary>The value of a function.</summary>
    /// <param name="call">The function.</param>
    /// <param name="read">Reads an argument; for one in quotes the second parameter says what it is.</param>
    public FilterValue Compile(FilterOperand.Call call, Func<FilterOperand, FilterValue, FilterValue> read)
    {
        var name = call.Token.Text;
        if (Moves.TryGetValue(name, out var move))
        {
            var moved = Date(call, read, 2);
            var count = Count(call, move.Most);
            return moved with { Token = call.Token, Sql = $"({moved.Sql} + make_interval({move.Unit} => {scope.Rows.Parameters.Use(count)}))::date" };
        }

        switch (name)
        {
            case "today":
                CheckCount(call, 0);
                return literals.Date(call.Token, scope.Today);
            case "year" or "month":
                var date = Date(call, read, 1);
                return date with { Token = call.Token, Kind = FilterKind.Number, Field = null, Sql = $"extract({name} from {date.Sql})::integer" };
            case "date":
                CheckCount(call, 1);
                var value = read(call.Arguments[0], Model(call));
                return value.Kind == FilterKind.Instant && value.List is null
                    ? value with { Token = call.Token, Kind = FilterKind.Date, Field = null, Sql = $"({value.Sql} at time zone 'Asia/Shanghai')::date" }
                    : Date(call, read, 1) with { Token = call.Token };
            default:
                throw new FilterException(call.Token.Position, $"没有函数 {name}。可用函数:{All}", $"there is no function {name}. Functions: {All}");
        }
    }

    /// <summary>Refuses another number of arguments.</summary>
    public static void CheckCount(FilterOperand.Call call, int count)
    {
        if (call.Arguments.Count != count)
        {
            throw new FilterException(
                call.Token.Position,
                $"函数 {call.Token.Text} 需要 {count} 个参数,现有 {call.Arguments.Count} 个",
                $"the function {call.Token.Text} takes {count} arguments, not {call.Arguments.Count}");
        }
    }

    private static FilterValue Date(FilterOperand.Call call, Func<FilterOperand, FilterValue, FilterValue> read, int count)
    {
        CheckCount(call, count);
        var value = read(call.Arguments[0], Model(call));
        return value is { Kind: FilterKind.Date, List: null }
            ? value with { Field = null }
            : throw new FilterException(
                value.Token.Position,
                $"函数 {call.Token.Text} 的参数应为日期{(value.Kind == FilterKind.Instant ? ",时刻请写 date(…)" : "")}",
                $"the function {call.Token.Text} takes a date{(value.Kind == FilterKind.Instant ? "; of an instant use date(…)" : "")}");
    }

    private static FilterValue Model(FilterOperand.Call call) => new(call.Token, FilterKind.Date, "");

    private static int Count(FilterOperand.Call call, int most) =>
        call.Arguments[1] is FilterOperand.Name { Token: var token } &&
        int.TryParse(token.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count) && count >= -most && count <= most
            ? count
            : throw new FilterException(
                call.Arguments[1].Token.Position,
                $"{call.Token.Text} 的第二个参数应为 -{most} 到 {most} 的整数",
                $"the second argument of {call.Token.Text} is a whole number from -{most} to {most}");
}
