using HubExchange.V1;

namespace HubExchange.Server.Findings;

/// <summary>A finding after a move, and what its event says.</summary>
/// <param name="After">The finding as it shall be.</param>
/// <param name="From">Its state before.</param>
/// <param name="Action">What was done.</param>
/// <param name="By">Who did it.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When.</param>
internal sealed record MovedFinding(FindingRow After, string From, FindingAction Action, string By, string Reason, DateTime At);
