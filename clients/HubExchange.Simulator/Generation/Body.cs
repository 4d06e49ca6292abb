using HubExchange.Platform.V1;
using HubExchange.Region.V1;

namespace HubExchange.Simulator.Generation;

/// <summary>What the rest of the city knows of an R&amp;D body.</summary>
internal sealed record Body(string Id, RdInstitutionType Type, Level Level, Firm Host);
