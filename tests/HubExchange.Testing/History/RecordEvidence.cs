namespace HubExchange.Testing.History;

/// <summary>A version the hub has to hold.</summary>
/// <param name="Hash">Hash of its content; empty for a tombstone.</param>
/// <param name="Marker">What the content is recognised by.</param>
/// <param name="Sequence">Frame that brought it.</param>
/// <param name="IsAcknowledged">The frame was acknowledged.</param>
internal sealed record ExpectedVersion(string Hash, string Marker, long Sequence, bool IsAcknowledged);

/// <summary>Everything about a record of a source: the versions it has to have and those it has.</summary>
internal sealed class RecordEvidence(RecordId id)
{
    private StreamId? _stream;
    private HashSet<string>? _expectedHashes;

    public RecordId Id { get; } = id;

    /// <summary>Versions in order; the first is revision 1.</summary>
    public List<ExpectedVersion> Expected { get; } = [];

    /// <summary>Stored versions, after <see cref="Complete"/> in the order of their revisions.</summary>
    public List<DumpRow> Rows { get; } = [];

    /// <summary>Contents that were refused.</summary>
    public HashSet<string> Quarantined { get; } = [];

    /// <summary>Contents of frames that are not committed, and what it means to find them stored.</summary>
    public Dictionary<string, AnomalyKind> NotCommitted { get; } = [];

    /// <summary>Applies a change the way the protocol says and returns how it counts.</summary>
    public HistoryCounts Apply(StreamId stream, long sequence, HistoryChange change, bool isAcknowledged)
    {
        _stream ??= stream;
        if (_stream != stream)
        {
            throw new ArgumentException($"{Id} is written by {_stream} and {stream}; the order of its changes is not known.");
        }

        var current = Expected.Count == 0 ? "" : Expected[^1].Hash;
        if (change.Hash == current)
        {
            return new HistoryCounts(0, 1, 0, 0);
        }

        Expected.Add(new ExpectedVersion(change.Hash, change.Marker, sequence, isAcknowledged));
        return change.IsDelete ? new HistoryCounts(0, 0, 1, 0) : new HistoryCounts(1, 0, 0, 0);
    }

    public void Complete() => Rows.Sort((left, right) => left.Revision.CompareTo(right.Revision));

    public bool IsExpected(string hash) => (_expectedHashes ??= [.. Expected.Select(version => version.Hash)]).Contains(hash);

    public Anomaly Anomaly(AnomalyKind kind, string what) => new(kind, Id.Source, Id.Key, what);
}
