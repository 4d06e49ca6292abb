using HubExchange.Contracts.Reconciliation;

namespace HubExchange.Server.Reconciliation;

/// <summary>A record the hub has of a source.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Element">What stands for it.</param>
/// <param name="Revision">Its current revision.</param>
/// <param name="EffectiveFrom">Date from which that holds.</param>
internal readonly record struct HeldRow(string Key, Element Element, long Revision, DateOnly EffectiveFrom);
