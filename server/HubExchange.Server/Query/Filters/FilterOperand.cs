namespace HubExchange.Server.Query.Filters;

/// <summary>One side of a comparison, or an argument of a function.</summary>
/// <param name="Token">Where it begins.</param>
internal abstract record FilterOperand(FilterToken Token)
{
    /// <summary>A word that may be the path of a field; on a right side it may as well be a value.</summary>
    public sealed record Name(FilterToken Token) : FilterOperand(Token);

    /// <summary>A quoted text.</summary>
    public sealed record Literal(FilterToken Token) : FilterOperand(Token);

    /// <summary>A date that the hub binds, e.g. <c>@period_end</c>; the token is the name with its <c>@</c>.</summary>
    public sealed record Placeholder(FilterToken Token) : FilterOperand(Token);

    /// <summary>A function; the token is its name.</summary>
    public sealed record Call(FilterToken Token, IReadOnlyList<FilterOperand> Arguments) : FilterOperand(Token);
}
