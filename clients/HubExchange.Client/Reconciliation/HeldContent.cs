using HubExchange.Contracts.Reconciliation;

namespace HubExchange.Client.Reconciliation;

/// <summary>What a source remembers of a record.</summary>
/// <param name="Hash">Hash of its content.</param>
/// <param name="Element">What stands for it; nothing until the hub has told the secret.</param>
/// <param name="EffectiveFrom">Date from which it holds; null when it was pushed without.</param>
internal readonly record struct HeldContent(Element Hash, Element Element, string? EffectiveFrom);
