namespace HubExchange.Simulator.Filling;

/// <summary>What became of the records of one node.</summary>
/// <param name="Node">Node id.</param>
/// <param name="Stream">Stream they were pushed over.</param>
/// <param name="Sent">Records sent.</param>
/// <param name="Stored">New versions.</param>
/// <param name="Unchanged">Equal to what the hub had.</param>
/// <param name="Quarantined">Refused.</param>
/// <param name="Mistakes">Every difference between what had to happen and what did, in Chinese and English.</param>
internal sealed record NodeReport(
    string Node, string Stream, long Sent, long Stored, long Unchanged, long Quarantined, IReadOnlyList<string> Mistakes);
