namespace HubExchange.Server.Query.Filters;

/// <summary>
/// Reads the AIP-160 subset of protos/README.md by recursive descent. As in AIP-160, OR binds tighter than AND, and parts that stand
/// side by side without an operator are joined with AND.
/// </summary>
internal sealed class FilterParser
{
    private const int MaxDepth = 16;
    private const int MaxTerms = 64;

    private readonly List<FilterToken> _tokens;
    private int _next;
    private int _depth;
    private int _terms;

    private FilterParser(List<FilterToken> tokens) => _tokens = tokens;

    private FilterToken Current => _tokens[_next];

    /// <summary>Reads a filter; null when it is empty.</summary>
    /// <exception cref="FilterException">It is not a filter of the subset.</exception>
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
        if (++_depth > MaxDepth)
        {
            throw new FilterException(Current.Position, $"括号嵌套不得超过 {MaxDepth} 层", $"at most {MaxDepth} levels of parentheses");
        }

        var parts = new List<FilterNode> { ReadFactor() };
        while (Current.Kind is not (FilterTokenKind.End or FilterTokenKind.Close))
        {
            if (Current.Kind == FilterTokenKind.And)
            {
                _next++;
            }

            parts.Add(ReadFactor());
        }

        _depth--;
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
        if (Current.Kind != FilterTokenKind.Not)
        {
            return ReadPrimary();
        }

        _next++;
        return new FilterNode.Not(ReadPrimary());
    }

    private FilterNode ReadPrimary()
    {
        if (Current.Kind == FilterTokenKind.Open)
        {
            var open = Current;
            _next++;
            var node = ReadExpression();
            if (Current.Kind != FilterTokenKind.Close)
            {
                throw new FilterException(open.Position, "括号没有闭合", "the parenthesis does not close");
            }

            _next++;
            return node;
        }

        return ReadComparison();
    }

    private FilterNode.Comparison ReadComparison()
    {
        if (++_terms > MaxTerms)
        {
            throw new FilterException(Current.Position, $"条件不得超过 {MaxTerms} 个", $"at most {MaxTerms} comparisons");
        }

        var field = Take(FilterTokenKind.Name, "此处应为字段名", "a field name is expected here");
        var comparator = Take(
            FilterTokenKind.Operator,
            $"字段 {field.Text} 之后应为 = != < <= > >= 或 :",
            $"one of = != < <= > >= : is expected after {field.Text}");
        var literal = Current.Kind == FilterTokenKind.Text
            ? Take(FilterTokenKind.Text, "", "")
            : Take(FilterTokenKind.Name, $"{comparator.Text} 之后应为值,文本请加引号", $"a value is expected after {comparator.Text}; quote texts");
        return new FilterNode.Comparison(field, comparator.Text, literal);
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
