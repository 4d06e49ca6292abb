namespace HubExchange.Testing.History;

/// <summary>A version of a record as the database holds it.</summary>
/// <param name="Key">Key.</param>
/// <param name="Source">Node that sent it.</param>
/// <param name="Revision">Its number.</param>
/// <param name="Hash">Stored hash in lower-case hexadecimal; empty for a tombstone.</param>
/// <param name="ContentHash">Hash of the stored payload, computed anew; empty for a tombstone.</param>
/// <param name="IsDeleted">A tombstone.</param>
/// <param name="IsConsolidated">Stands for the key in consolidated views.</param>
/// <param name="Rank">Rank of the source for the type.</param>
/// <param name="RecordedAt">When it was committed.</param>
/// <param name="SupersededAt">When the next version took its place.</param>
/// <param name="IsCurrent">It is in the current table, not in that of the versions.</param>
public sealed record DumpRow(
    string Key,
    string Source,
    long Revision,
    string Hash,
    string ContentHash,
    bool IsDeleted,
    bool IsConsolidated,
    int Rank,
    DateTime RecordedAt,
    DateTime? SupersededAt,
    bool IsCurrent);

/// <summary>An entry of the change feed as the database holds it.</summary>
/// <param name="Position">Its position.</param>
/// <param name="Key">Key of the record.</param>
/// <param name="Source">Whose version it is.</param>
/// <param name="Revision">Number of the version.</param>
/// <param name="IsDeletion">The version is a tombstone.</param>
/// <param name="ChangesConsolidated">Consolidated views show the record from here on, or, after a deletion, none.</param>
/// <param name="Previous">The version whose place it takes as source/revision; null when there was none.</param>
public sealed record DumpChange(
    long Position, string Key, string Source, long Revision, bool IsDeletion, bool ChangesConsolidated, string? Previous);

/// <summary>A refused change as the database holds it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Source">Node that sent it.</param>
/// <param name="Stream">Its stream; empty for a unary push.</param>
/// <param name="Sequence">Its frame; 0 for a unary push.</param>
/// <param name="Index">Its place in the frame.</param>
/// <param name="Key">Key as far as it could be read.</param>
/// <param name="Content">Digest of the change as it was sent, in lower-case hexadecimal.</param>
/// <param name="IsOpen">Nothing has mended it.</param>
public sealed record DumpQuarantined(
    long Id, string Source, string Stream, long Sequence, int Index, string Key, string Content, bool IsOpen);

/// <summary>Progress of a stream as the database holds it.</summary>
/// <param name="Source">Node that sends.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="Epoch">Number of its connections.</param>
/// <param name="Sequence">Its watermark.</param>
public sealed record DumpStream(string Source, string Stream, long Epoch, long Sequence);

/// <summary>A committed frame as the database holds it.</summary>
/// <param name="Source">Node that sent it.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="Sequence">Its sequence.</param>
/// <param name="Digest">Digest of its content in lower-case hexadecimal.</param>
/// <param name="Changes">Number of its changes.</param>
/// <param name="Counts">What became of them.</param>
public sealed record DumpFrame(string Source, string Stream, long Sequence, string Digest, long Changes, HistoryCounts Counts);

/// <summary>What the database of a hub holds after everything has come to rest.</summary>
public sealed class HubDump
{
    /// <summary>Versions of the records of the type that sources sent, current and superseded.</summary>
    public List<DumpRow> Rows { get; } = [];

    /// <summary>Versions of the records that the hub consolidated from several sources.</summary>
    public List<DumpRow> HubRows { get; } = [];

    /// <summary>The change feed of the type.</summary>
    public List<DumpChange> Changes { get; } = [];

    /// <summary>Refused changes.</summary>
    public List<DumpQuarantined> Quarantined { get; } = [];

    /// <summary>Streams.</summary>
    public List<DumpStream> Streams { get; } = [];

    /// <summary>Committed frames.</summary>
    public List<DumpFrame> Frames { get; } = [];
}
