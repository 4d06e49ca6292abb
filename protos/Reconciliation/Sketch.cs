namespace HubExchange.Contracts.Reconciliation;

/// <summary>
/// The first cells of the endless row of coded symbols of a set, with its count and digest. Kept current as records come and go: a change
/// touches about 2 ln(cells) of them, whatever the size of the set. Not thread-safe.
/// </summary>
/// <param name="key">The keyed functions.</param>
/// <param name="cells">How many cells are kept, at most <see cref="MaxCells"/>.</param>
public sealed class Sketch(ElementKey key, int cells)
{
    /// <summary>Most cells of a sketch: enough for three million differences.</summary>
    public const int MaxCells = 1 << 22;

    private readonly CodedSymbol[] _cells = new CodedSymbol[cells <= MaxCells ? cells : throw new ArgumentOutOfRangeException(nameof(cells))];

    /// <summary>Count and digest of the set.</summary>
    public SetDigest Digest { get; private set; }

    /// <summary>The cells.</summary>
    public ReadOnlySpan<CodedSymbol> Cells => _cells;

    /// <summary>The cells of a set that is there as a whole, without its digest.</summary>
    /// <param name="key">The keyed functions.</param>
    /// <param name="elements">The set.</param>
    /// <param name="cells">How many cells.</param>
    public static CodedSymbol[] Encode(ElementKey key, ReadOnlySpan<Element> elements, int cells)
    {
        var sketch = new Sketch(key, cells);
        foreach (var element in elements)
        {
            sketch.Apply(element, 1);
        }

        return sketch._cells;
    }

    /// <summary>Adds an element that is not in the set.</summary>
    public void Add(Element element)
    {
        Digest = Digest.Add(key, element);
        Apply(element, 1);
    }

    /// <summary>Removes an element of the set.</summary>
    public void Remove(Element element)
    {
        Digest = Digest.Remove(key, element);
        Apply(element, -1);
    }

    /// <summary>A copy that goes its own way.</summary>
    public Sketch Copy()
    {
        var copy = new Sketch(key, _cells.Length) { Digest = Digest };
        _cells.CopyTo(copy._cells, 0);
        return copy;
    }

    private void Apply(Element element, int sign)
    {
        var check = key.CheckOf(element);
        for (var mapping = new CellMapping(check); mapping.Index < (uint)_cells.Length; mapping.MoveNext())
        {
            ref var cell = ref _cells[mapping.Index];
            cell = new CodedSymbol(cell.Sum ^ element, cell.Check ^ (uint)check, cell.Count + sign);
        }
    }
}
