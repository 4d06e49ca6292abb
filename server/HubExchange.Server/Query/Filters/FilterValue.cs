using HubExchange.Contracts.Entities;

namespace HubExchange.Server.Query.Filters;

/// <summary>What can be compared with what.</summary>
internal enum FilterKind
{
    Text,
    Code,
    Number,
    Flag,
    Date,
    Instant,

    /// <summary>A nested message: it is set or not, and has fields.</summary>
    Message,
}

/// <summary>An operand as SQL.</summary>
/// <param name="Token">Where it stands in the filter.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Sql">The value, for a list that of one element; null where it is absent.</param>
internal sealed record FilterValue(FilterToken Token, FilterKind Kind, string Sql)
{
    /// <summary>The field, if it is one; knows codes and the form of texts.</summary>
    public EntityField? Field { get; init; }

    /// <summary>What leads from the record to the value, outermost first: elements of lists, referred records.</summary>
    public IReadOnlyList<FilterHop> Hops { get; init; } = [];

    /// <summary>For a list of values, which is the last hop: the list itself.</summary>
    public string? List { get; init; }

    /// <summary>The same value in every row.</summary>
    public bool IsConstant { get; init; }

    /// <summary>The condition on the value as one on the record: that there is one for which it holds.</summary>
    /// <param name="condition">The condition; may be null for false.</param>
    /// <param name="isCorrelated">It also speaks of other aliases than those of the hops.</param>
    public string Exists(string condition, bool isCorrelated)
    {
        for (var i = Hops.Count - 1; i >= 0; i--)
        {
            condition = Hops[i](condition, isCorrelated);
        }

        return condition;
    }
}

/// <summary>Turns a condition on what a hop leads to into one on where it starts.</summary>
/// <param name="condition">The condition.</param>
/// <param name="isCorrelated">It also speaks of other aliases.</param>
internal delegate string FilterHop(string condition, bool isCorrelated);
