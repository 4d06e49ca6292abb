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

    /// <summary>Two operands compared with one of <c>= != &lt; &lt;= &gt; &gt;=</c>.</summary>
    public sealed record Comparison(FilterOperand Left, string Operator, FilterOperand Right) : FilterNode;

    /// <summary>A text contains or a list has a value; <c>*</c> asks whether the field is set.</summary>
    public sealed record Has(FilterOperand.Name Field, FilterToken Value) : FilterNode;

    /// <summary>An operand equals one of several values.</summary>
    public sealed record OneOf(FilterOperand Left, IReadOnlyList<FilterToken> Values) : FilterNode;

    /// <summary>A function that is a condition, e.g. <c>contains(name, "科技")</c>.</summary>
    public sealed record Test(FilterOperand.Call Function) : FilterNode;
}
