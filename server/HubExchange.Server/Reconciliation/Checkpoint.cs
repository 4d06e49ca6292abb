namespace HubExchange.Server.Reconciliation;

/// <summary>A set as it was at a position of the feed.</summary>
/// <param name="Source">Node.</param>
/// <param name="Type">Type id.</param>
/// <param name="Position">Position up to which it was followed.</param>
/// <param name="Set">The set.</param>
/// <param name="Content">What is stored of it; null when that stands in the table already.</param>
/// <param name="ContentDigest">SHA-256 of the content.</param>
internal sealed record Checkpoint(string Source, string Type, long Position, LiveSet Set, byte[]? Content, byte[] ContentDigest);
