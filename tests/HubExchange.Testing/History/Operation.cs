namespace HubExchange.Testing.History;

/// <summary>What a step of a connection was.</summary>
public enum OperationKind
{
    /// <summary>The hub welcomed the connection; <see cref="Operation.Sequence"/> is its watermark.</summary>
    Opened,

    /// <summary>A frame is about to be sent.</summary>
    Invoke,

    /// <summary>The hub acknowledged everything through <see cref="Operation.Sequence"/>.</summary>
    Ok,

    /// <summary>The hub refused the frame for good.</summary>
    Fail,

    /// <summary>The connection ended; what it had sent and was not acknowledged may or may not be committed.</summary>
    Info,
}

/// <summary>Counts of results, as acks and frames carry them.</summary>
/// <param name="Stored">New versions.</param>
/// <param name="Unchanged">Changes that said what the hub knew.</param>
/// <param name="Deleted">Tombstones.</param>
/// <param name="Quarantined">Refused changes.</param>
public sealed record HistoryCounts(long Stored, long Unchanged, long Deleted, long Quarantined)
{
    /// <summary>Nothing.</summary>
    public static HistoryCounts Zero { get; } = new(0, 0, 0, 0);

    /// <summary>Both together.</summary>
    public static HistoryCounts operator +(HistoryCounts left, HistoryCounts right) => new(
        left.Stored + right.Stored,
        left.Unchanged + right.Unchanged,
        left.Deleted + right.Deleted,
        left.Quarantined + right.Quarantined);

    /// <summary>Both together.</summary>
    public static HistoryCounts Add(HistoryCounts left, HistoryCounts right) => left + right;
}

/// <summary>A refused change of an ack.</summary>
/// <param name="Sequence">Its frame.</param>
/// <param name="Index">Its place in the frame.</param>
/// <param name="Id">Its number in quarantine.</param>
public sealed record HistoryRejected(long Sequence, int Index, long Id);

/// <summary>One step of one connection, or of one unary push. A line of the history.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Process">Number of the connection or unary push.</param>
/// <param name="Source">Node that sends.</param>
/// <param name="Stream">Its stream; empty for a unary push.</param>
/// <param name="Epoch">Epoch the hub gave the connection.</param>
/// <param name="Sequence">Sequence of the frame or ack, or the watermark of the welcome.</param>
public sealed record Operation(OperationKind Kind, int Process, string Source, string Stream, long Epoch, long Sequence)
{
    /// <summary>Digest of a sent frame.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Changes of a sent frame.</summary>
    public IReadOnlyList<HistoryChange> Changes { get; init; } = [];

    /// <summary>Counts of an ack.</summary>
    public HistoryCounts Counts { get; init; } = HistoryCounts.Zero;

    /// <summary>Refused changes of an ack.</summary>
    public IReadOnlyList<HistoryRejected> Rejected { get; init; } = [];

    /// <summary>Why a frame was refused or a connection ended.</summary>
    public string Reason { get; init; } = "";
}
