using HubExchange.V1;

namespace HubExchange.Server.Sharing;

/// <summary>A share request after a move, and what its event says.</summary>
/// <param name="After">The request as it shall be.</param>
/// <param name="From">Its state before.</param>
/// <param name="Action">What was done.</param>
/// <param name="By">Who did it.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When.</param>
internal sealed record MovedShare(ShareRow After, string From, ShareAction Action, string By, string Reason, DateTime At);
