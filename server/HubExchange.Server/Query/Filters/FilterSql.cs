using HubExchange.Contracts.Entities;

namespace HubExchange.Server.Query.Filters;

/// <summary>
/// Turns a filter into a SQL condition. Only names of contracts get into the text, every literal becomes a parameter, so no input can
/// change the statement.
/// </summary>
/// <remarks>
/// The condition holds or does not: NOT is carried down to the single tests, so that an index serves a test as it stands. Where a test
/// does not hold the condition may be null, which is as good as false in WHERE, FILTER and CASE.
/// </remarks>
/// <param name="type">The entity type whose fields may be named.</param>
/// <param name="alias">Alias of its rows.</param>
/// <param name="scope">What else may be referred to; takes the literals.</param>
internal sealed class FilterSql(EntityType type, string alias, FilterScope scope)
{
    private readonly FilterFields _fields = new(type, alias, scope);
    private readonly FilterLiterals _literals = new(scope.Rows.Parameters);

    /// <summary>The columns of the type's rows that the condition uses, as they stand in a statement.</summary>
    public IReadOnlyCollection<string> Columns => _fields.Columns;

    /// <summary>The condition.</summary>
    /// <exception cref="FilterException">It names what is not there, or compares what cannot be compared.</exception>
    /// <exception cref="FieldNotReadableException">It names what the caller may not see.</exception>
    public string Compile(FilterNode node) => Compile(node, isDenied: false);

    private string Compile(FilterNode node, bool isDenied) => node switch
    {
        FilterNode.All all => Join(all.Parts, isDenied ? " or " : " and ", isDenied),
        FilterNode.Any any => Join(any.Parts, isDenied ? " and " : " or ", isDenied),
        FilterNode.Not not => Compile(not.Part, !isDenied),
        FilterNode.Comparison comparison => Say(Compare(comparison), isDenied ^ (comparison.Operator == "!=")),
        FilterNode.OneOf one => Say(OneOf(one), isDenied),
        FilterNode.Has has => Say(Has(has), isDenied),
        FilterNode.Test test => Say(Test(test.Function), isDenied),
        _ => throw new InvalidOperationException($"Unknown filter node {node.GetType()}."),
    };

    private string Join(IReadOnlyList<FilterNode> parts, string between, bool isDenied) =>
        $"({string.Join(between, parts.Select(part => Compile(part, isDenied)))})";

    private static string Say(string test, bool isDenied) => isDenied ? $"({test}) is not true" : $"({test})";

    private string Compare(FilterNode.Comparison comparison)
    {
        var left = Left(comparison.Left);
        CheckSingle(left);
        var isEquality = comparison.Operator is "=" or "!=";
        if (!isEquality && left.Kind is FilterKind.Code or FilterKind.Flag)
        {
            throw Wrong(left, $"{left.Token.Text} 没有大小顺序,只能用 =、!= 或 IN", $"{left.Token.Text} has no order, use =, != or IN");
        }

        if (isEquality && left.Kind == FilterKind.Text && comparison.Right is FilterOperand.Literal { Token: { Text: [.. var begin, '*'] } token })
        {
            return left.Exists($"{left.Sql} like {_literals.Pattern(token, left, begin, isPrefix: true)}", isCorrelated: false);
        }

        var right = Right(comparison.Right, left);
        CheckSingle(right);
        CheckComparable(left, right);
        var collation = left.Kind == FilterKind.Text && !isEquality ? " collate \"C\"" : "";
        var sign = isEquality ? "=" : comparison.Operator;
        var test = right.Exists($"{left.Sql}{collation} {sign} {right.Sql}", isCorrelated: true);
        return left.Exists(test, isCorrelated: !right.IsConstant);
    }

    private string OneOf(FilterNode.OneOf one)
    {
        var left = Left(one.Left);
        return left.Kind == FilterKind.Message
            ? throw Wrong(left, $"{left.Token.Text} 是嵌套对象,不能用 IN", $"{left.Token.Text} is a nested message, IN does not apply")
            : left.Exists($"{left.Sql} = any({_literals.Values(one.Values, left)})", isCorrelated: false);
    }

    private string Has(FilterNode.Has has)
    {
        var field = _fields.Find(has.Field.Token);
        if (has.Value.Is(FilterToken.Anything))
        {
            // Of a list the last hop leads to its elements, and it is set when it is there at all.
            return field.List is { } list
                ? (field with { Hops = [.. field.Hops.SkipLast(1)] }).Exists($"{list} is not null", isCorrelated: false)
                : field.Exists($"{field.Sql} is not null", isCorrelated: false);
        }

        return field switch
        {
            { List: not null } => field.Exists($"{field.Sql} = {_literals.Value(has.Value, field).Sql}", isCorrelated: false),
            { Kind: FilterKind.Text } => field.Exists(
                $"{field.Sql} like {_literals.Pattern(has.Value, field, has.Value.Text, isPrefix: false)}", isCorrelated: false),
            _ => throw Wrong(
                field,
                $"{field.Token.Text} 不是文本或列表,“:”之后只能写 *",
                $"{field.Token.Text} is neither text nor list, only * may follow ':'"),
        };
    }

    private string Test(FilterOperand.Call call)
    {
        FilterFunctions.CheckCount(call, 2);
        if (call.Arguments[0] is not FilterOperand.Name { Token: var name })
        {
            throw new FilterException(
                call.Arguments[0].Token.Position, $"{call.Token.Text} 的第一个参数应为字段名", $"the first argument of {call.Token.Text} is a field");
        }

        var field = _fields.Find(name);
        if (field.Kind != FilterKind.Text)
        {
            throw Wrong(field, $"{name.Text} 不是文本,不能用 {call.Token.Text}", $"{name.Text} is not text, {call.Token.Text} does not apply");
        }

        if (call.Arguments[1] is not (FilterOperand.Literal or FilterOperand.Name))
        {
            throw new FilterException(
                call.Arguments[1].Token.Position, $"{call.Token.Text} 的第二个参数应为文本", $"the second argument of {call.Token.Text} is a text");
        }

        var text = call.Arguments[1].Token;
        var isPrefix = call.Token.Text == FilterFunctions.Prefix;
        return field.Exists($"{field.Sql} like {_literals.Pattern(text, field, text.Text, isPrefix)}", isCorrelated: false);
    }

    private FilterValue Left(FilterOperand operand) => operand switch
    {
        FilterOperand.Name name => _fields.Find(name.Token),
        FilterOperand.Literal literal => throw new FilterException(literal.Token.Position, "此处应为字段名", "a field name is expected here"),
        _ => Read(operand),
    };

    // A word may be a field or a value. A code is never mistaken for a field that is called like it.
    private FilterValue Right(FilterOperand operand, FilterValue left) => operand switch
    {
        FilterOperand.Literal literal => _literals.Value(literal.Token, left),
        FilterOperand.Name { Token: var word } => _fields.Knows(word) && left.Field?.Codes?.Find(word.Text) is null
            ? _fields.Find(word)
            : _literals.Value(word, left),
        _ => Read(operand),
    };

    private FilterValue Read(FilterOperand operand) => operand switch
    {
        FilterOperand.Placeholder placeholder => Placeholder(placeholder.Token),
        FilterOperand.Call call when !FilterFunctions.IsTest(call) => new FilterFunctions(scope, _literals).Compile(call, Right),
        _ => throw new FilterException(
            operand.Token.Position, $"{operand.Token.Text} 是条件,不是值", $"{operand.Token.Text} is a condition, not a value"),
    };

    private FilterValue Placeholder(FilterToken token)
    {
        if (scope.Dates is { } dates && dates.TryGetValue(token.Text[1..], out var date))
        {
            return _literals.Date(token, date);
        }

        var known = scope.Dates is { Count: > 0 } ? string.Join(", ", scope.Dates.Keys.Select(name => $"@{name}").Order(StringComparer.Ordinal)) : null;
        throw new FilterException(
            token.Position,
            known is null ? "占位符 @… 只能用于指标定义" : $"没有占位符 {token.Text}。可用:{known}",
            known is null ? "placeholders @… belong in definitions of indicators" : $"there is no placeholder {token.Text}. Known: {known}");
    }

    private static void CheckSingle(FilterValue value)
    {
        if (value.List is not null)
        {
            throw Wrong(
                value,
                $"列表字段 {value.Token.Text} 只能用 :(包含)、IN、contains 或 prefix",
                $"the list {value.Token.Text} takes only ':' (has), IN, contains and prefix");
        }

        if (value.Kind == FilterKind.Message)
        {
            throw Wrong(value, $"{value.Token.Text} 是嵌套对象,请写出其中的字段", $"{value.Token.Text} is a nested message, name a field of it");
        }
    }

    private static void CheckComparable(FilterValue left, FilterValue right)
    {
        if (left.Kind != right.Kind || (left.Kind == FilterKind.Code && left.Field?.Codes != right.Field?.Codes))
        {
            throw Wrong(
                right,
                $"{left.Token.Text} 与 {right.Token.Text} 种类不同,不能比较",
                $"{left.Token.Text} and {right.Token.Text} are of different kinds and cannot be compared");
        }
    }

    private static FilterException Wrong(FilterValue value, string zh, string en) => new(value.Token.Position, zh, en);
}
