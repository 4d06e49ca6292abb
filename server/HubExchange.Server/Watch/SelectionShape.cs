namespace HubExchange.Server.Watch;

/// <summary>
/// The condition of a selection on the rows of a type, apart from its literals. Selections of one shape differ in single literals only,
/// so that one statement answers all of them (<see cref="SelectionQuestion"/>).
/// </summary>
internal sealed class SelectionShape
{
    /// <param name="condition">Condition on rows <c>r</c>.</param>
    /// <param name="join">Joins it needs after them.</param>
    /// <param name="columns">Columns of the rows it uses.</param>
    /// <param name="literals">Its literals: <c>$1</c>, <c>$2</c> and so on.</param>
    public SelectionShape(string condition, string join, IEnumerable<string> columns, IEnumerable<object> literals)
    {
        (Condition, Join, Columns, Literals) = (condition, join, [.. columns], [.. literals]);

        // Lists are of different lengths, so only those that are equal have the same shape.
        Key = string.Join(
            '\0',
            [condition, join, .. Columns, .. Literals.Select(literal => $"{literal.GetType()}{(literal is Array list ? string.Join('\0', list.Cast<object>()) : "")}")]);
    }

    /// <summary>Equal for selections of one shape.</summary>
    public string Key { get; }

    /// <summary>Condition on rows <c>r</c>.</summary>
    public string Condition { get; }

    /// <summary>Joins it needs after them.</summary>
    public string Join { get; }

    /// <summary>Columns of the rows it uses.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The literals of condition and joins: <c>$1</c>, <c>$2</c> and so on.</summary>
    public IReadOnlyList<object> Literals { get; }
}
