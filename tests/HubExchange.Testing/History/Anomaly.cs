namespace HubExchange.Testing.History;

/// <summary>The ways in which a hub can break its promises. One check for each.</summary>
public enum AnomalyKind
{
    /// <summary>An acknowledged change left no trace.</summary>
    LostAck,

    /// <summary>Something is stored that nobody sent.</summary>
    Phantom,

    /// <summary>A change took effect twice.</summary>
    DuplicateEffect,

    /// <summary>A change took effect after a later one of the same record.</summary>
    Regression,

    /// <summary>Watermark, frames and acks of a stream do not fit together.</summary>
    Progress,

    /// <summary>A change is not exactly one of stored, unchanged, deleted and quarantined.</summary>
    QuarantinePartition,

    /// <summary>A frame was committed in part.</summary>
    Atomicity,

    /// <summary>Two contents of one sequence were accepted.</summary>
    ForkAccepted,

    /// <summary>A connection wrote after a later one had taken its stream over.</summary>
    FencedWrite,

    /// <summary>Consolidated views do not show each living key once, or not what its sources say.</summary>
    WrongConsolidation,

    /// <summary>The change feed does not tell what is stored.</summary>
    WrongFeed,

    /// <summary>Counts say something else than what is stored.</summary>
    Counts,

    /// <summary>The times of the versions of a record do not join.</summary>
    BrokenHistory,

    /// <summary>Content and hash of a stored version differ.</summary>
    ContentDiffers,

    /// <summary>The hub answered with a mistake of its own instead of an error its contract declares.</summary>
    InternalError,
}

/// <summary>A broken promise.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Source">Node it concerns.</param>
/// <param name="Where">Stream and sequence, or the key.</param>
/// <param name="What">What is wrong.</param>
public sealed record Anomaly(AnomalyKind Kind, string Source, string Where, string What)
{
    /// <inheritdoc />
    public override string ToString() => $"{Kind}: {Source} {Where}: {What}";
}
