namespace HubExchange.Server.Changes;

/// <summary>What one transaction added to the feed.</summary>
/// <param name="Entries">Its entries in order; at least one.</param>
internal sealed record RecentCommit(IReadOnlyList<FeedRow> Entries)
{
    /// <summary>Position of the first entry.</summary>
    public long First => Entries[0].Position;

    /// <summary>Position of the last entry.</summary>
    public long Last => Entries[^1].Position;
}
