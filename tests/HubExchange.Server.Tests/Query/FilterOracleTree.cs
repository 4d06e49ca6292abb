using System.Text;

namespace HubExchange.Server.Tests.Query;

/// <summary>A condition that the oracle made up: it knows how it is written and, by itself, whether it holds.</summary>
/// <param name="Text">As a filter.</param>
/// <param name="Level">How tightly it is bound: 0 AND, 1 OR, 2 a single term.</param>
/// <param name="Holds">Whether it holds for a record.</param>
internal sealed record FilterOracleTree(string Text, int Level, Func<OracleWorld, OracleRow, bool> Holds)
{
    public static FilterOracleTree All(IReadOnlyList<FilterOracleTree> parts, bool isSilent) => new(
        string.Join(isSilent ? " " : " AND ", parts.Select(part => part.Level >= 1 ? part.Text : $"({part.Text})")),
        0,
        (world, row) => parts.All(part => part.Holds(world, row)));

    public static FilterOracleTree Any(IReadOnlyList<FilterOracleTree> parts) => new(
        string.Join(" OR ", parts.Select(part => part.Level >= 2 ? part.Text : $"({part.Text})")),
        1,
        (world, row) => parts.Any(part => part.Holds(world, row)));

    public static FilterOracleTree Not(FilterOracleTree part, bool isDash) => new(
        $"{(isDash ? "-" : "NOT ")}({part.Text})", 2, (world, row) => !part.Holds(world, row));

    /// <summary>A term. With <paramref name="isDash"/> or a NOT in front it needs no parentheses.</summary>
    public static FilterOracleTree Term(string text, Func<OracleWorld, OracleRow, bool> holds) => new(text, 2, holds);

    /// <summary>The order of two values of the same kind; texts by code points.</summary>
    public static int Compare(object left, object right) => (left, right) switch
    {
        (string a, string b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)),
        (decimal a, decimal b) => a.CompareTo(b),
        (DateOnly a, DateOnly b) => a.CompareTo(b),
        (DateTimeOffset a, DateTimeOffset b) => a.CompareTo(b),
        (bool a, bool b) => a.CompareTo(b),
        _ => throw new InvalidOperationException($"{left.GetType()} and {right.GetType()}"),
    };

    /// <summary>Whether a comparison holds between any of the values on either side.</summary>
    public static bool Relates(IEnumerable<object> left, string sign, IReadOnlyCollection<object> right) => sign switch
    {
        "=" => left.Any(a => right.Any(b => Compare(a, b) == 0)),
        "!=" => !Relates(left, "=", right),
        "<" => left.Any(a => right.Any(b => Compare(a, b) < 0)),
        "<=" => left.Any(a => right.Any(b => Compare(a, b) <= 0)),
        ">" => left.Any(a => right.Any(b => Compare(a, b) > 0)),
        ">=" => left.Any(a => right.Any(b => Compare(a, b) >= 0)),
        _ => throw new InvalidOperationException(sign),
    };
}
