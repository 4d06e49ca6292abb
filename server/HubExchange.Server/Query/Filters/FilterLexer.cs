using System.Text;

namespace HubExchange.Server.Query.Filters;

/// <summary>Cuts a filter into tokens.</summary>
internal static class FilterLexer
{
    /// <summary>Longest filter in characters.</summary>
    public const int MaxLength = 4096;

    public static List<FilterToken> Read(string filter)
    {
        if (filter.Length > MaxLength)
        {
            throw new FilterException(MaxLength + 1, $"筛选条件不得超过 {MaxLength} 个字符", $"a filter has at most {MaxLength} characters");
        }

        // PostgreSQL text cannot hold NUL, so nothing could ever match.
        if (filter.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var nul)
        {
            throw new FilterException(nul + 1, "不允许空字符 U+0000", "the character U+0000 is not allowed");
        }

        if (UnpairedSurrogate(filter) is >= 0 and var half)
        {
            throw new FilterException(half + 1, "不完整的字符(孤立的代理项)", "half a character (an unpaired surrogate)");
        }

        var tokens = new List<FilterToken>();
        var i = 0;
        while (i < filter.Length)
        {
            var c = filter[i];
            if (char.IsWhiteSpace(c))
            {
                i++;
            }
            else if (c is '(' or ')')
            {
                tokens.Add(new FilterToken(c == '(' ? FilterTokenKind.Open : FilterTokenKind.Close, c.ToString(), ++i));
            }
            else if (c == ',')
            {
                tokens.Add(new FilterToken(FilterTokenKind.Comma, ",", ++i));
            }
            else if (c is '"' or '\'')
            {
                tokens.Add(ReadQuoted(filter, ref i));
            }
            else if (c is '=' or '!' or '<' or '>' or ':')
            {
                tokens.Add(ReadOperator(filter, ref i));
            }
            else
            {
                tokens.Add(ReadWord(filter, ref i));
            }
        }

        tokens.Add(new FilterToken(FilterTokenKind.End, "", filter.Length + 1));
        return tokens;
    }

    private static FilterToken ReadQuoted(string filter, ref int i)
    {
        var start = i;
        var quote = filter[i++];
        var text = new StringBuilder();
        while (i < filter.Length && filter[i] != quote)
        {
            if (filter[i] == '\\' && i + 1 < filter.Length)
            {
                i++;
            }

            text.Append(filter[i++]);
        }

        if (i >= filter.Length)
        {
            throw new FilterException(start + 1, "引号没有闭合", "the quoted text does not end");
        }

        i++;
        return new FilterToken(FilterTokenKind.Text, text.ToString(), start + 1);
    }

    private static FilterToken ReadOperator(string filter, ref int i)
    {
        var start = i++;
        if (filter[start] is '!' or '<' or '>' && i < filter.Length && filter[i] == '=')
        {
            i++;
        }

        var text = filter[start..i];
        return text == "!"
            ? throw new FilterException(start + 1, "单独的“!”没有意义,请写 != 或 NOT", "a lone '!' means nothing, write != or NOT")
            : new FilterToken(FilterTokenKind.Operator, text, start + 1);
    }

    private static FilterToken ReadWord(string filter, ref int i)
    {
        var start = i;
        while (i < filter.Length && !char.IsWhiteSpace(filter[i]) && filter[i] is not ('(' or ')' or ',' or '"' or '\'' or '=' or '!' or '<' or '>' or ':'))
        {
            i++;
        }

        var word = filter[start..i];
        var kind = word switch
        {
            "AND" => FilterTokenKind.And,
            "OR" => FilterTokenKind.Or,
            "NOT" => FilterTokenKind.Not,
            _ => FilterTokenKind.Word,
        };
        return new FilterToken(kind, word, start + 1);
    }

    private static int UnpairedSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
