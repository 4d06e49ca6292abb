using Google.Protobuf;
using HubExchange.Server.Findings;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>A current row that is checked against its payload.</summary>
/// <param name="Key">Key.</param>
/// <param name="Source">Source.</param>
/// <param name="Revision">Version.</param>
/// <param name="Record">Its payload; null for a tombstone.</param>
/// <param name="Evidence">The row as evidence.</param>
internal sealed record StoredRow(string Key, string Source, long Revision, IMessage? Record, EvidenceRow Evidence);
