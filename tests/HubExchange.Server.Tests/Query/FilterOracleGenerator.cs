using System.Globalization;
using System.Text;

namespace HubExchange.Server.Tests.Query;

/// <summary>Makes up filters and orders, with what they mean.</summary>
internal sealed class FilterOracleGenerator(Random random, OracleWorld world, IReadOnlyList<FilterOracleField> fields)
{
    private static readonly string[] Signs = ["=", "!=", "<", "<=", ">", ">="];
    private static readonly (string Name, string[] Texts)[] Codes =
        [("FRESH", ["FRESH", "\"新\"", "N", "fresh"]), ("IN_USE", ["IN_USE", "'在用'"]), ("GONE", ["GONE", "\"报废\""])];

    public static string[] Words { get; } =
        ["大冶", "磁湖", "大冶铜业", "100%", "a_b", "a\\b", "it's", "\"引\"", "Ａ１", "\U0001F680x", "é", "a", "B", "\uFB01", "大", "冶铜", "--", "AND", "*"];

    public FilterOracleTree Tree(int depth)
    {
        switch (depth == 0 ? 9 : random.Next(10))
        {
            case < 2:
                return FilterOracleTree.All(Parts(depth), random.Next(3) == 0);
            case < 4:
                return FilterOracleTree.Any(Parts(depth));
            case 4:
                return FilterOracleTree.Not(Tree(depth - 1), random.Next(2) == 0);
            case 5:
                var term = Term();
                return FilterOracleTree.Term($"{(random.Next(2) == 0 ? "-" : "NOT ")}{term.Text}", (w, row) => !term.Holds(w, row));
            default:
                return Term();
        }
    }

    /// <summary>An order, and how it compares two records.</summary>
    public (string OrderBy, Comparison<OracleRow> Compare) Order()
    {
        var orderable = fields.Where(field => field.IsOrderable).ToArray();
        var chosen = Enumerable.Range(0, random.Next(1, 4)).Select(_ => (Field: Pick(orderable), IsDescending: random.Next(2) == 0)).ToArray();
        return (
            string.Join(", ", chosen.Select(item => $"{item.Field.Path}{(item.IsDescending ? " desc" : random.Next(2) == 0 ? " asc" : "")}")),
            (left, right) =>
            {
                foreach (var (field, isDescending) in chosen)
                {
                    var (a, b) = (field.Values(world, left).SingleOrDefault(), field.Values(world, right).SingleOrDefault());
                    var order = (a, b) switch
                    {
                        (null, null) => 0,
                        (null, _) => 1,
                        (_, null) => -1,
                        _ => isDescending ? FilterOracleTree.Compare(b, a) : FilterOracleTree.Compare(a, b),
                    };
                    if (order != 0)
                    {
                        return order;
                    }
                }

                return ByKey(left, right);
            }
        );
    }

    public static int ByKey(OracleRow left, OracleRow right) => string.CompareOrdinal(left.Envelope.Key, right.Envelope.Key) is not 0 and var order
        ? order
        : string.CompareOrdinal(left.Envelope.Source, right.Envelope.Source);

    private List<FilterOracleTree> Parts(int depth) => [.. Enumerable.Range(0, random.Next(2, 4)).Select(_ => Tree(depth - 1))];

    private FilterOracleTree Term()
    {
        var field = Pick(fields);
        switch (random.Next(10))
        {
            case 0:
                return FilterOracleTree.Term($"{field.Path}:*", field.IsSet);
            case 1 or 2 when field.Kind is not (OracleKind.Instant or OracleKind.Flag):
                var several = Enumerable.Range(0, random.Next(1, 5)).Select(_ => Literal(field)).ToList();
                return FilterOracleTree.Term(
                    $"{field.Path} IN ({string.Join(random.Next(2) == 0 ? "," : " , ", several.Select(literal => literal.Text))})",
                    (w, row) => FilterOracleTree.Relates(field.Values(w, row), "=", [.. several.Select(literal => literal.Value)]));
            case < 7 when field.IsList || (field.Kind == OracleKind.Text && random.Next(2) == 0):
                return Partly(field);
            case 3 when !field.IsList:
                return Fields(field);
            case 4 or 5 when fields.Where(f => f is { Kind: OracleKind.Date or OracleKind.Instant, IsList: false }).ToArray() is { } dates:
                return Dates(Pick(dates));
            case 6:
                return Fields(Pick(fields.Where(f => !f.IsList).ToArray()));
            default:
                return field.IsList ? Partly(field) : Compared(field);
        }
    }

    private FilterOracleTree Compared(FilterOracleField field)
    {
        var sign = field.Kind is OracleKind.Code or OracleKind.Flag ? Pick(Signs[..2]) : Pick(Signs);
        var literal = Literal(field);
        return FilterOracleTree.Term(
            $"{field.Path}{(random.Next(2) == 0 ? " " : "")}{sign} {literal.Text}",
            (w, row) => FilterOracleTree.Relates(field.Values(w, row), sign, [literal.Value]));
    }

    // Has, contains, prefix.
    private FilterOracleTree Partly(FilterOracleField field)
    {
        if (field.Kind != OracleKind.Text || (field.IsList && random.Next(2) == 0))
        {
            var one = Literal(field);
            return field.IsList
                ? FilterOracleTree.Term($"{field.Path}:{one.Text}", (w, row) => FilterOracleTree.Relates(field.Values(w, row), "=", [one.Value]))
                : Compared(field);
        }

        var text = Canonical(field, Word());
        var quoted = Quote(text);
        return (field.IsList ? random.Next(1, 3) : random.Next(5)) switch
        {
            1 => FilterOracleTree.Term($"contains({field.Path}, {quoted})", Contains),
            2 => FilterOracleTree.Term($"prefix({field.Path},{quoted})", Prefix),
            3 => FilterOracleTree.Term($"{field.Path} = {Quote(text + "*")}", Prefix),
            4 => FilterOracleTree.Term($"{field.Path} != {Quote(text + "*")}", (w, row) => !Prefix(w, row)),
            _ => FilterOracleTree.Term($"{field.Path}:{quoted}", Contains),
        };

        bool Contains(OracleWorld w, OracleRow row) => field.Values(w, row).Any(value => ((string)value).Contains(text, StringComparison.Ordinal));
        bool Prefix(OracleWorld w, OracleRow row) => field.Values(w, row).Any(value => ((string)value).StartsWith(text, StringComparison.Ordinal));
    }

    private FilterOracleTree Fields(FilterOracleField left)
    {
        var right = Pick(fields.Where(field => field.Kind == left.Kind && !field.IsList).ToArray());
        var sign = left.Kind is OracleKind.Code or OracleKind.Flag ? Pick(Signs[..2]) : Pick(Signs);
        return FilterOracleTree.Term(
            $"{left.Path} {sign} {right.Path}",
            (w, row) => FilterOracleTree.Relates(left.Values(w, row), sign, [.. right.Values(w, row)]));
    }

    private FilterOracleTree Dates(FilterOracleField field)
    {
        var (text, of) = Moved(field, random.Next(3));
        if (random.Next(3) == 0)
        {
            var isYear = random.Next(2) == 0;
            var number = isYear ? random.Next(2015, 2027) : random.Next(1, 13);
            var numberSign = Pick(Signs);
            return FilterOracleTree.Term(
                $"{(isYear ? "year" : "month")}({text}) {numberSign} {number}",
                (w, row) => FilterOracleTree.Relates(
                    of(w, row).Select(day => (object)(decimal)(isYear ? ((DateOnly)day).Year : ((DateOnly)day).Month)), numberSign, [(decimal)number]));
        }

        var sign = Pick(Signs);
        switch (random.Next(4))
        {
            case 0:
                return FilterOracleTree.Term($"{text} {sign} today()", (w, row) => FilterOracleTree.Relates(of(w, row), sign, [w.Today]));
            case 1:
                var (otherText, other) = Moved(Pick(fields.Where(f => f is { Kind: OracleKind.Date, IsList: false }).ToArray()), random.Next(2));
                return FilterOracleTree.Term($"{text} {sign} {otherText}", (w, row) => FilterOracleTree.Relates(of(w, row), sign, [.. other(w, row)]));
            case 2:
                var date = Day();
                return FilterOracleTree.Term($"{text} {sign} date(\"{date:yyyy-MM-dd}\")", (w, row) => FilterOracleTree.Relates(of(w, row), sign, [date]));
            default:
                var day = Day();
                return FilterOracleTree.Term($"{text} {sign} {day:yyyy-MM-dd}", (w, row) => FilterOracleTree.Relates(of(w, row), sign, [day]));
        }
    }

    private (string Text, Func<OracleWorld, OracleRow, IEnumerable<object>> Values) Moved(FilterOracleField field, int moves)
    {
        var text = field.Path;
        var values = field.Values;
        if (field.Kind == OracleKind.Instant)
        {
            text = $"date({text})";
            var instants = values;
            values = (w, row) => instants(w, row).Select(at => (object)DateOnly.FromDateTime(((DateTimeOffset)at).ToOffset(TimeSpan.FromHours(8)).DateTime));
        }

        for (var i = 0; i < moves; i++)
        {
            var before = values;
            var unit = random.Next(3);
            var count = random.Next(-40, 41);
            text = $"{(unit switch { 0 => "add_years", 1 => "add_months", _ => "add_days" })}({text}, {count})";
            values = (w, row) => before(w, row).Select(day => (object)(unit switch
            {
                0 => ((DateOnly)day).AddYears(count),
                1 => ((DateOnly)day).AddMonths(count),
                _ => ((DateOnly)day).AddDays(count),
            }));
        }

        return (text, values);
    }

    private (string Text, object Value) Literal(FilterOracleField field)
    {
        // Mostly something that occurs, or nothing would ever be equal.
        var known = random.Next(3) > 0 ? world.Rows.Skip(random.Next(world.Rows.Count)).SelectMany(row => field.Values(world, row)).FirstOrDefault() : null;
        switch (field.Kind)
        {
            case OracleKind.Text:
                var text = (string?)known ?? Canonical(field, Word());
                text = text.EndsWith('*') ? text + "x" : text;
                return (Quote(field.IsCode && random.Next(2) == 0 ? text.ToLowerInvariant() : text), text);
            case OracleKind.Code:
                var code = known is string name ? Codes.Single(item => item.Name == name) : Pick(Codes);
                return (Pick(code.Texts), code.Name);
            case OracleKind.Number:
                var number = (decimal?)known ?? random.Next(-50, 150) / (random.Next(2) == 0 ? 1m : 4m);
                var digits = number.ToString(CultureInfo.InvariantCulture);
                return (random.Next(2) == 0 ? digits : $"\"{digits}\"", number);
            case OracleKind.Flag:
                var flag = random.Next(2) == 0;
                return (flag ? "true" : "false", flag);
            case OracleKind.Date:
                var date = (DateOnly?)known ?? Day();
                return (random.Next(2) == 0 ? $"{date:yyyy-MM-dd}" : $"\"{date:yyyy-MM-dd}\"", date);
            default:
                var at = (DateTimeOffset?)known ?? new DateTimeOffset(2021, 6, 30, random.Next(24), 0, 0, TimeSpan.Zero);
                if (random.Next(3) == 0)
                {
                    var day = DateOnly.FromDateTime(at.UtcDateTime);
                    return ($"\"{day:yyyy-MM-dd}\"", new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(8)));
                }

                return ($"\"{at.ToOffset(TimeSpan.FromHours(random.Next(-3, 9))).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture)}\"", at);
        }
    }

    private string Word() => string.Concat(Enumerable.Range(0, random.Next(1, 3)).Select(_ => Pick(Words)));

    private DateOnly Day() => new DateOnly(2015, 1, 1).AddDays(random.Next(4400));

    private static string Canonical(FilterOracleField field, string text)
    {
        var formed = text.Normalize(NormalizationForm.FormC);
        return field.IsCode
            ? string.Concat(formed.Select(c => c is >= '\uFF01' and <= '\uFF5E' ? (char)(c - 0xFEE0) : c).Select(c => c is >= 'a' and <= 'z' ? (char)(c - 32) : c)).Trim(' ')
            : formed;
    }

    private string Quote(string text)
    {
        var quote = random.Next(2) == 0 ? '"' : '\'';
        var written = new StringBuilder().Append(quote);
        foreach (var c in text)
        {
            if (c == quote || c == '\\' || (c < 128 && random.Next(20) == 0))
            {
                written.Append('\\');
            }

            written.Append(c);
        }

        return written.Append(quote).ToString();
    }

    private T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];
}
