using HubExchange.Enterprise.V1;
using HubExchange.Simulator.Words;

namespace HubExchange.Simulator.Generation;

/// <summary>What the rest of the city knows of an organisation.</summary>
internal sealed record Firm(
    string Uscc,
    string Name,
    OrganizationKind Kind,
    Unit Unit,
    string Division,
    IReadOnlyList<string> Zones,
    Industry Industry,
    DateOnly EstablishedOn,
    int Staff,
    BusinessState State)
{
    /// <summary>Node that reports on it.</summary>
    public string Node => Unit.Node;

    public bool IsActive => State == BusinessState.Active;
}
