namespace HubExchange.Simulator.Generation;

/// <summary>Everything one node pushes, in an order in which organisations come before what names them.</summary>
/// <param name="Node">Node id, e.g. <c>ND-420281</c>.</param>
/// <param name="Records">Sound records with the faulty ones among them.</param>
public sealed record NodeRecords(string Node, IReadOnlyList<GeneratedRecord> Records);
