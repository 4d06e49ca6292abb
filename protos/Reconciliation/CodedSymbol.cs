namespace HubExchange.Contracts.Reconciliation;

/// <summary>A cell of a sketch: what the elements that belong to it add up to.</summary>
/// <param name="Sum">Exclusive or of the elements.</param>
/// <param name="Check">Exclusive or of the low halves of their checks.</param>
/// <param name="Count">How many they are.</param>
public readonly record struct CodedSymbol(Element Sum, uint Check, long Count);
