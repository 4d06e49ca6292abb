namespace HubExchange.Server.Query.Aggregation;

/// <summary>
/// Finds the cells that must be withheld so that nobody learns of single contributors (统计法 art. 28): those with too few, and further
/// ones so that no withheld cell follows from a sum and the cells beside it.
/// </summary>
internal static class SmallCells
{
    /// <param name="cells">Every cell: the values of its groups, and its contributors.</param>
    /// <param name="min">Fewest contributors of a cell that may be shown.</param>
    /// <returns>Whether each cell is withheld.</returns>
    /// <remarks>
    /// In each line of the table (all cells that differ in one group only) that has a withheld cell, a cell with enough contributors is
    /// withheld, too, as long as there is one: the smallest. What a difference can tell then is about enough contributors.
    /// </remarks>
    public static bool[] Find(IReadOnlyList<(IReadOnlyList<string?> Groups, long Contributors)> cells, long min)
    {
        var withheld = new bool[cells.Count];
        for (var i = 0; i < cells.Count; i++)
        {
            withheld[i] = cells[i].Contributors < min;
        }

        var lines = Lines(cells);
        bool changed;
        do
        {
            changed = false;
            foreach (var line in lines)
            {
                if (line.Exists(i => withheld[i]) && !line.Exists(i => withheld[i] && cells[i].Contributors >= min) &&
                    line.FindAll(i => !withheld[i]) is { Count: > 0 } shown)
                {
                    withheld[shown.MinBy(i => cells[i].Contributors)] = true;
                    changed = true;
                }
            }
        }
        while (changed);

        return withheld;
    }

    private static List<List<int>> Lines(IReadOnlyList<(IReadOnlyList<string?> Groups, long Contributors)> cells)
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
