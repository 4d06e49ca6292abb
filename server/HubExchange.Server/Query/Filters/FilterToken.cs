namespace HubExchange.Server.Query.Filters;

/// <summary>Kind of a token of the filter language.</summary>
internal enum FilterTokenKind
{
    /// <summary>A word without quotes: a name, a number, a code, <c>*</c> or a lone <c>-</c>.</summary>
    Word,
    Text,
    Operator,
    Open,
    Close,
    Comma,
    And,
    Or,
    Not,
    End,
}

/// <summary>One token of a filter.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; of a quoted text the content.</param>
/// <param name="Position">Position of its first character, from 1.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, string Text, int Position)
{
    /// <summary>Stands after <c>:</c> for "is set".</summary>
    public const string Anything = "*";

    /// <summary>Position after a word. A parenthesis there belongs to the word: it is a function.</summary>
    public int End => Position + Text.Length;

    /// <summary>Whether the token is this word, without quotes.</summary>
    public bool Is(string word) => Kind == FilterTokenKind.Word && Text == word;
}
