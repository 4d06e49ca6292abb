namespace HubExchange.Server.Query.Aggregation;

/// <summary>
/// Finds the cells that must be withheld so that nobody learns of single contributors (统计法 art. 28): those with too few or with one
/// that makes up nearly all, and further ones so that no withheld cell follows from a sum and the cells beside it.
/// </summary>
internal static class SmallCells
{
    /// <param name="cells">Every cell: the values of its groups, and who stands behind it.</param>
    /// <param name="limits">What a cell must keep.</param>
    /// <returns>Whether each cell is withheld.</returns>
    /// <remarks>
    /// In each line of the table (all cells that differ in one group only) that has a withheld cell, further ones are withheld, the
    /// smallest first, until one has enough contributors and no contributor makes up nearly all of them together, or none is left. What a
    /// difference can tell then is about enough contributors.
    /// </remarks>
    public static bool[] Find(IReadOnlyList<(IReadOnlyList<string?> Groups, Contributions Behind)> cells, CellLimits limits)
    {
        // Of every measure by itself: else answers with it and further ones would show different cells of it.
        var measures = cells.Count == 0 ? 0 : cells[0].Behind.All.Length;
        return Enumerable.Range(-1, measures + 1)
            .Select(measure => FindOne([.. cells.Select(cell => (cell.Groups, cell.Behind.Of(measure)))], limits))
            .Aggregate((left, right) => [.. left.Zip(right, (one, other) => one || other)]);
    }

    private static bool[] FindOne(IReadOnlyList<(IReadOnlyList<string?> Groups, Contributions Behind)> cells, CellLimits limits)
    {
        var withheld = new bool[cells.Count];
        for (var i = 0; i < cells.Count; i++)
        {
            withheld[i] = cells[i].Behind.Tell(limits);
        }

        var lines = Lines(cells);
        bool changed;
        do
        {
            changed = false;
            foreach (var line in lines)
            {
                if (!IsCovered(line.FindAll(i => withheld[i]).ConvertAll(i => cells[i].Behind), limits) &&
                    line.FindAll(i => !withheld[i]) is { Count: > 0 } shown)
                {
                    withheld[shown.MinBy(i => cells[i].Behind.Count)] = true;
                    changed = true;
                }
            }
        }
        while (changed);

        return withheld;
    }

    private static bool IsCovered(List<Contributions> withheld, CellLimits limits) =>
        withheld.Count == 0 || (withheld.Exists(cell => cell.Count >= limits.MinContributors) && !Contributions.AreDominated(withheld, limits));

    private static List<List<int>> Lines(IReadOnlyList<(IReadOnlyList<string?> Groups, Contributions Behind)> cells)
    {
        var lines = new List<List<int>>();
        for (var free = 0; free < (cells.Count == 0 ? 0 : cells[0].Groups.Count); free++)
        {
            lines.AddRange(Enumerable.Range(0, cells.Count)
                .GroupBy(i => string.Join('\0', cells[i].Groups.Select((value, group) => group == free ? "" : value is null ? "\u0001" : "=" + value)))
                .Select(line => line.ToList()));
        }

        return lines;
    }
}
