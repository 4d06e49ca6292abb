namespace HubExchange.Server.Watch;

/// <summary>A watch that has begun.</summary>
/// <param name="Selection">What it is about.</param>
/// <param name="View">What its caller sees.</param>
/// <param name="Position">Everything up to here was delivered.</param>
/// <param name="Token">Where a caller goes on that is there; of a position within a transaction the last end of one before.</param>
internal sealed record OpenWatch(Selection Selection, WatchView View, long Position, ResumeToken Token);
