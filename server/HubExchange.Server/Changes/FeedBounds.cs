namespace HubExchange.Server.Changes;

/// <summary>What the feed holds.</summary>
/// <param name="Last">Position of the last entry; 0 before the first.</param>
/// <param name="Dropped">Entries up to here are gone: the oldest position to go on after.</param>
/// <param name="RecordedAt">When the latest of all entries ever was recorded, UTC; the last one may have been recorded before it.</param>
internal readonly record struct FeedBounds(long Last, long Dropped, DateTime RecordedAt);
