using HubExchange.Simulator.Generation;

namespace HubExchange.Simulator.Attending;

/// <summary>Who attends where.</summary>
/// <param name="Hub">Address of the hub.</param>
/// <param name="CaFile">CA certificate of the hub, PEM.</param>
/// <param name="DataFolder">Folder that <c>fill</c> has written: certificates and keys of the nodes.</param>
/// <param name="ReferenceFolder">Folder with the reference files.</param>
/// <param name="City">The city the hub was filled with.</param>
/// <param name="Nodes">Nodes that attend; empty for every node of the city.</param>
/// <param name="Damage">Records of each node that are damaged in each way, before it is reconciled.</param>
/// <param name="IsOnce">Reconciles every type of every node and ends; else attends until stopped.</param>
internal sealed record AttendOptions(
    Uri Hub, string CaFile, string DataFolder, string ReferenceFolder, CityOptions City, IReadOnlyCollection<string> Nodes, int Damage, bool IsOnce);
