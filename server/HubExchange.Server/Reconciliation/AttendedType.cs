namespace HubExchange.Server.Reconciliation;

/// <summary>A type that a source answers for.</summary>
internal sealed record AttendedType(string Source, string Type);
