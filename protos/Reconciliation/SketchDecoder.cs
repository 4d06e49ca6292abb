namespace HubExchange.Contracts.Reconciliation;

/// <summary>Finds the difference of two sets from the same number of first cells of both.</summary>
public static class SketchDecoder
{
    /// <summary>
    /// The difference, or null when these cells are too few for it: about 1.4 cells for each element that differs are enough, some more for
    /// few. The difference explains the digests of both sides or it is not returned, so that a collision of checks can only ask for more
    /// cells, never give a wrong answer.
    /// </summary>
    /// <param name="key">The keyed functions.</param>
    /// <param name="theirs">Cells of the other side.</param>
    /// <param name="ours">Cells of this side, from the first on.</param>
    /// <param name="theirDigest">Digest of the other side's set.</param>
    /// <param name="ourDigest">Digest of this side's set.</param>
    public static SetDifference? Decode(
        ElementKey key, ReadOnlySpan<CodedSymbol> theirs, ReadOnlySpan<CodedSymbol> ours, SetDigest theirDigest, SetDigest ourDigest)
    {
        var cells = new CodedSymbol[Math.Min(theirs.Length, ours.Length)];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = new CodedSymbol(theirs[i].Sum ^ ours[i].Sum, theirs[i].Check ^ ours[i].Check, theirs[i].Count - ours[i].Count);
        }

        return Peel(key, cells) is { } difference && Explains(key, difference, theirDigest, ourDigest) ? difference : null;
    }

    /// <summary>
    /// About how many elements differ, from cells that are too few to say which. Counts of the cells stray from their mean by one for each
    /// element in them, one way or the other; 32 cells tell the number to about a quarter.
    /// </summary>
    /// <param name="theirs">Cells of the other side.</param>
    /// <param name="ours">Cells of this side.</param>
    public static long Estimate(ReadOnlySpan<CodedSymbol> theirs, ReadOnlySpan<CodedSymbol> ours)
    {
        var cells = Math.Min(theirs.Length, ours.Length);
        if (cells == 0)
        {
            return 0;
        }

        // In cell 0 is every element, so its counts differ by what one side has more.
        var surplus = theirs[0].Count - ours[0].Count;
        long strays = 0;
        for (var i = 1; i < cells; i++)
        {
            // Times 1 + i/2, the inverse of the density, in half units.
            var stray = (((theirs[i].Count - ours[i].Count) * (i + 2)) - (2 * surplus)) / 2;
            strays += stray * stray / (i + 1);
        }

        return Math.Max(Math.Abs(surplus), cells < 2 ? 0 : 2 * strays / (cells - 1));
    }

    /// <summary>How many cells find so many elements at once nearly always: 1.6 for each and some more for few.</summary>
    /// <param name="elements">Elements that differ; an update is two.</param>
    public static long CellsFor(long elements) => (elements * 8 / 5) + 20;

    /// <summary>
    /// How many cells to look at when those at hand are too few: as many as the first ones let expect, then an eighth more each time. 1.35
    /// symbols for each element that differs are enough most of the time.
    /// </summary>
    /// <param name="theirs">Cells of the other side.</param>
    /// <param name="ours">Cells of this side.</param>
    /// <param name="first">How many are looked at first.</param>
    public static int NextTarget(ReadOnlySpan<CodedSymbol> theirs, ReadOnlySpan<CodedSymbol> ours, int first)
    {
        if (theirs.Length > first)
        {
            return theirs.Length + (theirs.Length / 8) + 16;
        }

        var estimate = Math.Min(Estimate(theirs, ours), Sketch.MaxCells);
        return (int)Math.Max(2L * theirs.Length, (estimate * 27 / 20) + 24);
    }

    private static SetDifference? Peel(ElementKey key, CodedSymbol[] cells)
    {
        var theirs = new List<Element>();
        var ours = new List<Element>();
        var pure = new Stack<int>();
        for (var i = cells.Length - 1; i >= 0; i--)
        {
            if (IsPure(key, cells[i]))
            {
                pure.Push(i);
            }
        }

        // Each element that differs is taken out once, and more elements than cells cannot be found.
        while (pure.TryPop(out var index) && theirs.Count + ours.Count <= cells.Length)
        {
            var cell = cells[index];
            if (!IsPure(key, cell))
            {
                continue;
            }

            (cell.Count > 0 ? theirs : ours).Add(cell.Sum);
            var check = key.CheckOf(cell.Sum);
            for (var mapping = new CellMapping(check); mapping.Index < (uint)cells.Length; mapping.MoveNext())
            {
                ref var rest = ref cells[mapping.Index];
                rest = new CodedSymbol(rest.Sum ^ cell.Sum, rest.Check ^ (uint)check, rest.Count - cell.Count);
                if (IsPure(key, rest))
                {
                    pure.Push((int)mapping.Index);
                }
            }
        }

        return Array.TrueForAll(cells, cell => cell == default) ? new SetDifference(theirs, ours) : null;
    }

    private static bool IsPure(ElementKey key, CodedSymbol cell) =>
        cell.Count is 1 or -1 && cell.Check == (uint)key.CheckOf(cell.Sum);

    private static bool Explains(ElementKey key, SetDifference difference, SetDigest theirs, SetDigest ours)
    {
        foreach (var element in difference.OnlyTheirs)
        {
            ours = ours.Add(key, element);
        }

        foreach (var element in difference.OnlyOurs)
        {
            ours = ours.Remove(key, element);
        }

        return ours == theirs;
    }
}
