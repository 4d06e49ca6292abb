using System.Collections.Frozen;
using System.Globalization;
using HubExchange.V1;

namespace HubExchange.Server.Query.Filters;

/// <summary>The functions of filters that are values. Their names are closed; arguments are checked before they become SQL.</summary>
/// <param name="scope">What <c>today()</c> is.</param>
/// <param name="literals">Makes parameters.</param>
internal sealed class FilterFunctions(FilterScope scope, FilterLiterals literals)
{
    public const string Contains = "contains";
    public const string Prefix = "prefix";

    private const string PeriodEnd = "period_end";

    // Together with the limit on nesting this keeps every date within what PostgreSQL can hold.
    private static readonly FrozenDictionary<string, (string Unit, int Most)> Moves = new Dictionary<string, (string, int)>
    {
        ["add_years"] = ("years", 100),
        ["add_months"] = ("months", 1_200),
        ["add_days"] = ("days", 36_600),
    }.ToFrozenDictionary();

    private static readonly string All =
        string.Join(", ", (string[])[Contains, Prefix, "year", "month", "today", "date", PeriodEnd, .. Moves.Keys.Order(StringComparer.Ordinal)]);

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
            case PeriodEnd:
                return EndOfPeriod(call, read);
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

    // FORMAT_PERIOD: 2021, 2021-H1, 2021-Q2, 2021-06. What is none has no end.
    private static FilterValue EndOfPeriod(FilterOperand.Call call, Func<FilterOperand, FilterValue, FilterValue> read)
    {
        CheckCount(call, 1);
        if (call.Arguments[0] is not FilterOperand.Name || read(call.Arguments[0], Model(call)) is not { Field.Options.Format: Format.Period, List: null } value)
        {
            throw new FilterException(
                call.Token.Position, $"函数 {call.Token.Text} 的参数应为期别字段", $"the function {call.Token.Text} takes a field that holds a period");
        }

        var period = $"({value.Sql})";
        return value with
        {
            Token = call.Token,
            Kind = FilterKind.Date,
            Field = null,
            Sql = $"""
                (case when {period} ~ '^[0-9]{"{4}"}(-(0[1-9]|1[0-2]|H[12]|Q[1-4]))?$' and left({period}, 4) > '0000' then
                  (make_date(left({period}, 4)::integer, case substr({period}, 6, 1)
                    when '' then 12
                    when 'H' then substr({period}, 7)::integer * 6
                    when 'Q' then substr({period}, 7)::integer * 3
                    else substr({period}, 6)::integer end, 1) + interval '1 month - 1 day')::date end)
                """,
        };
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
