namespace HubExchange.Client.Push;

/// <summary>How far a push stream is.</summary>
/// <param name="Sent">Changes handed to the session.</param>
/// <param name="Acknowledged">Of these, how many are committed by the hub.</param>
/// <param name="Quarantined">Of the acknowledged ones, how many were refused.</param>
/// <param name="Reconnects">How often the connection was made anew.</param>
/// <param name="Interruption">Why the connection is being made anew right now, or null.</param>
public sealed record PushProgress(long Sent, long Acknowledged, long Quarantined, int Reconnects, HubException? Interruption);
