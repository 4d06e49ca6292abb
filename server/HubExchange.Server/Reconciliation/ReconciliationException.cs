namespace HubExchange.Server.Reconciliation;

/// <summary>Why a reconciliation cannot be done, for people: Chinese, then English.</summary>
internal sealed class ReconciliationException(string message) : Exception(message);
