namespace HubExchange.Testing.History;

/// <summary>A row the quarantine has to have.</summary>
/// <param name="Source">Node that sent the change.</param>
/// <param name="Stream">Its stream; empty for a unary push.</param>
/// <param name="Sequence">Its frame; 0 for a unary push.</param>
/// <param name="Index">Its place in the frame.</param>
/// <param name="Key">Its key as far as it can be read.</param>
/// <param name="Content">Digest of the change as it is sent.</param>
internal readonly record struct RefusedPlace(string Source, string Stream, long Sequence, int Index, string Key, string Content);

/// <summary>
/// The rows the quarantine has to have: one for each refused change, unless an equal one was open when it came; open until a good change
/// of the same key is accepted.
/// </summary>
internal sealed class RefusedEvidence
{
    private readonly Dictionary<RecordId, Dictionary<string, RefusedPlace>> _open = [];

    /// <summary>Rows that nothing has mended.</summary>
    public IEnumerable<RefusedPlace> Open => _open.Values.SelectMany(contents => contents.Values);

    /// <summary>Rows that a later change has mended.</summary>
    public List<RefusedPlace> Mended { get; } = [];

    /// <summary>
    /// Changes without a readable key, by source and content. Several streams may send equal ones, so any of the places may be that of
    /// the row. Nothing mends them.
    /// </summary>
    public Dictionary<(string Source, string Content), HashSet<RefusedPlace>> WithoutKey { get; } = [];

    /// <summary>A change was refused.</summary>
    public void Refuse(RefusedPlace place)
    {
        if (place.Key.Length == 0)
        {
            if (!WithoutKey.TryGetValue((place.Source, place.Content), out var places))
            {
                WithoutKey[(place.Source, place.Content)] = places = [];
            }

            places.Add(place);
            return;
        }

        var id = new RecordId(place.Source, place.Key);
        if (!_open.TryGetValue(id, out var contents))
        {
            _open[id] = contents = [];
        }

        contents.TryAdd(place.Content, place);
    }

    /// <summary>A change was accepted.</summary>
    public void Mend(RecordId record)
    {
        if (_open.Remove(record, out var contents))
        {
            Mended.AddRange(contents.Values);
        }
    }
}
