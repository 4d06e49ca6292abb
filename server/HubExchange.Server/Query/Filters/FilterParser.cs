namespace HubExchange.Server.Query.Filters;

/// <summary>
/// Reads the filter language of protos/README.md by recursive descent. As in AIP-160, OR binds tighter than AND, and parts that stand
/// side by side without an operator are joined with AND.
/// </summary>
internal sealed class FilterParser
{
    private const int MaxDepth = 16;
    private const int MaxTests = 64;

    private readonly List<FilterToken> _tokens;
    private int _next;
    private int _depth;
    private int _tests;

    private FilterParser(List<FilterToken> tokens) => _tokens = tokens;

    private FilterToken Current => _tokens[_next];

    /// <summary>Reads a filter; null when it is empty.</summary>
    /// <exception cref="FilterException">It is not a filter of the language.</exception>
    public static FilterNode? Parse(string filter)
    {
        var parser = new FilterParser(FilterLexer.Read(filter));
        if (parser.Current.Kind == FilterTokenKind.End)
        {
            return null;
        }

        var node = parser.ReadExpression();
        return parser.Current.Kind == FilterTokenKind.End
            ? node
            : throw new FilterException(parser.Current.Position, $"多余的“{parser.Current.Text}”", $"unexpected '{parser.Current.Text}'");
    }

    private FilterNode ReadExpression()
    {
        var parts = new List<FilterNode> { ReadFactor() };
        while (Current.Kind is not (FilterTokenKind.End or FilterTokenKind.Close or FilterTokenKind.Comma))
        {
            if (Current.Kind == FilterTokenKind.And)
            {
                _next++;
            }

            parts.Add(ReadFactor());
        }

        return parts is [var single] ? single : new FilterNode.All(parts);
    }

    private FilterNode ReadFactor()
    {
        var parts = new List<FilterNode> { ReadTerm() };
        while (Current.Kind == FilterTokenKind.Or)
        {
            _next++;
            parts.Add(ReadTerm());
        }

        return parts is [var single] ? single : new FilterNode.Any(parts);
    }

    private FilterNode ReadTerm()
    {
        if (Current.Kind == FilterTokenKind.Not)
        {
            _next++;
            return new FilterNode.Not(ReadPrimary());
        }

        if (Current is { Kind: FilterTokenKind.Word, Text: ['-', .. var denied] } minus)
        {
            // The lexer takes the sign for a part of the word, as it is in -5 or 420281-Z001.
            if (denied.Length == 0)
            {
                _next++;
            }
            else
            {
                _tokens[_next] = new FilterToken(FilterTokenKind.Word, denied, minus.Position + 1);
            }

            return new FilterNode.Not(ReadPrimary());
        }

        return ReadPrimary();
    }

    private FilterNode ReadPrimary()
    {
        if (Current.Kind != FilterTokenKind.Open)
        {
            return ReadTest();
        }

        var open = Enter();
        var node = ReadExpression();
        Leave(open);
        return node;
    }

    private FilterNode ReadTest()
    {
        if (++_tests > MaxTests)
        {
            throw new FilterException(Current.Position, $"条件不得超过 {MaxTests} 个", $"at most {MaxTests} tests");
        }

        if (Current.Kind != FilterTokenKind.Word)
        {
            throw new FilterException(Current.Position, "此处应为字段名", "a field name is expected here");
        }

        var left = ReadOperand("此处应为字段名", "a field name is expected here");
        if (left is FilterOperand.Call call && FilterFunctions.IsTest(call))
        {
            return new FilterNode.Test(call);
        }

        if (Current.Is("IN"))
        {
            _next++;
            return new FilterNode.OneOf(left, ReadValues());
        }

        // Written small, what joins conditions is the name of a field.
        var joint = left.Token.Text.ToUpperInvariant();
        var isJoint = joint is "AND" or "OR" or "NOT" && joint != left.Token.Text;
        var comparator = Take(
            FilterTokenKind.Operator,
            $"{left.Token.Text} 之后应为 = != < <= > >= : 或 IN{(isJoint ? $";连接条件请用大写 {joint}" : "")}",
            $"one of = != < <= > >= : IN is expected after {left.Token.Text}{(isJoint ? $"; to join conditions write {joint}" : "")}");
        if (comparator.Text == ":")
        {
            return left is FilterOperand.Name field
                ? new FilterNode.Has(field, ReadValue(comparator.Text))
                : throw new FilterException(left.Token.Position, "“:”之前应为字段名", "a field name is expected before ':'");
        }

        return new FilterNode.Comparison(
            left,
            comparator.Text,
            ReadOperand($"{comparator.Text} 之后应为值,文本请加引号", $"a value is expected after {comparator.Text}; quote texts"));
    }

    private FilterOperand ReadOperand(string zh, string en)
    {
        var token = Current;
        switch (token.Kind)
        {
            case FilterTokenKind.Text:
                _next++;
                return new FilterOperand.Literal(token);
            case FilterTokenKind.Word:
                _next++;
                return Current.Kind == FilterTokenKind.Open && Current.Position == token.End
                    ? new FilterOperand.Call(token, ReadArguments())
                    : token.Text[0] == '@' ? new FilterOperand.Placeholder(token) : new FilterOperand.Name(token);
            default:
                throw new FilterException(token.Position, zh, en);
        }
    }

    private List<FilterOperand> ReadArguments()
    {
        var open = Enter();
        var arguments = new List<FilterOperand>();
        while (Current.Kind != FilterTokenKind.Close || arguments.Count > 0)
        {
            arguments.Add(ReadOperand("此处应为函数的参数", "an argument of the function is expected here"));
            if (Current.Kind != FilterTokenKind.Comma)
            {
                break;
            }

            _next++;
        }

        Leave(open);
        return arguments;
    }

    private List<FilterToken> ReadValues()
    {
        if (Current.Kind != FilterTokenKind.Open)
        {
            throw new FilterException(Current.Position, "IN 之后应为括号中的值", "values in parentheses are expected after IN");
        }

        var open = Enter();
        var values = new List<FilterToken> { ReadValue("IN (") };
        while (Current.Kind == FilterTokenKind.Comma)
        {
            _next++;
            values.Add(ReadValue(","));
        }

        Leave(open);
        return values;
    }

    private FilterToken ReadValue(string after) => Current.Kind == FilterTokenKind.Text
        ? Take(FilterTokenKind.Text, "", "")
        : Take(FilterTokenKind.Word, $"{after} 之后应为值,文本请加引号", $"a value is expected after {after}; quote texts");

    private FilterToken Enter()
    {
        var open = Current;
        if (++_depth > MaxDepth)
        {
            throw new FilterException(open.Position, $"括号嵌套不得超过 {MaxDepth} 层", $"at most {MaxDepth} levels of parentheses");
        }

        _next++;
        return open;
    }

    private void Leave(FilterToken open)
    {
        if (Current.Kind != FilterTokenKind.Close)
        {
            throw new FilterException(open.Position, "括号没有闭合", "the parenthesis does not close");
        }

        _depth--;
        _next++;
    }

    private FilterToken Take(FilterTokenKind kind, string zh, string en)
    {
        var token = Current;
        if (token.Kind != kind)
        {
            throw new FilterException(token.Position, zh, en);
        }

        _next++;
        return token;
    }
}
