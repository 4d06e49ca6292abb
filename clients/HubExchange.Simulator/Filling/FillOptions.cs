using HubExchange.Simulator.Generation;

namespace HubExchange.Simulator.Filling;

/// <summary>What to fill, and with what.</summary>
/// <param name="Hub">Address of the hub, gRPC and REST alike.</param>
/// <param name="CaFile">CA certificate of the hub, PEM.</param>
/// <param name="AdminTokenFile">File with a token of an administrator.</param>
/// <param name="DataFolder">Where certificates, keys and <c>demo.json</c> are written.</param>
/// <param name="ReferenceFolder">Folder with the reference files, one type each.</param>
/// <param name="City">The city to generate.</param>
internal sealed record FillOptions(
    Uri Hub, string CaFile, string AdminTokenFile, string DataFolder, string ReferenceFolder, CityOptions City);
