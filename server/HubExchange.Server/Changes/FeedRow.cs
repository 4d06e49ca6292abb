using HubExchange.Server.Ingestion;

namespace HubExchange.Server.Changes;

/// <summary>An entry of the feed as it is read.</summary>
/// <param name="Position">Its place.</param>
/// <param name="Type">Type id.</param>
/// <param name="Key">Key of the record.</param>
/// <param name="Version">The version it tells of.</param>
/// <param name="Operation">What happened, as in <see cref="FeedEntry"/>.</param>
/// <param name="IsConsolidated">It changes consolidated views.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="Previous">The version whose place it takes.</param>
/// <param name="CommitPosition">Position of the last entry of its transaction.</param>
internal sealed record FeedRow(
    long Position,
    string Type,
    string Key,
    VersionId Version,
    string Operation,
    bool IsConsolidated,
    DateTime RecordedAt,
    VersionId? Previous,
    long CommitPosition)
{
    /// <summary>Hash of the version's content, as in <see cref="FeedEntry"/>; known only of recent commits of this hub.</summary>
    public byte[]? Hash { get; init; }

    /// <summary>The version itself; null when it has to be read.</summary>
    public RecordVersion? Content { get; init; }

    /// <summary>The transaction ends with it: whoever has read so far has read whole transactions.</summary>
    public bool EndsCommit => Position == CommitPosition;
}
