namespace HubExchange.Server.Reconciliation;

/// <summary>A reconciliation that a job asked for and that has not ended.</summary>
internal sealed record OpenReconciliation(long Id, string Source, string Type, string State, DateTime StartedAt, long JobRun);
