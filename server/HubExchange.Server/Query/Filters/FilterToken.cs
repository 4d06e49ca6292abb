namespace HubExchange.Server.Query.Filters;

/// <summary>Kind of a token of the filter language.</summary>
internal enum FilterTokenKind
{
    Name,
    Text,
    Operator,
    Open,
    Close,
    And,
    Or,
    Not,
    End,
}

/// <summary>One token of a filter.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; of a quoted text the content.</param>
/// <param name="Position">Position of its first character, from 1.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, string Text, int Position);
