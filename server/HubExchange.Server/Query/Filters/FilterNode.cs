namespace HubExchange.Server.Query.Filters;

/// <summary>A filter as a tree.</summary>
internal abstract record FilterNode
{
    /// <summary>All parts hold.</summary>
    public sealed record All(IReadOnlyList<FilterNode> Parts) : FilterNode;

    /// <summary>At least one part holds.</summary>
    public sealed record Any(IReadOnlyList<FilterNode> Parts) : FilterNode;

    /// <summary>The part does not hold.</summary>
    public sealed record Not(FilterNode Part) : FilterNode;

    /// <summary>A field compared with a literal.</summary>
    public sealed record Comparison(FilterToken Field, string Operator, FilterToken Literal) : FilterNode;
}
