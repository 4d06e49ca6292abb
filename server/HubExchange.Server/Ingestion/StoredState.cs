namespace HubExchange.Server.Ingestion;

/// <summary>What the hub holds of one key from one source.</summary>
/// <param name="Hash">Hash of the current version; empty for a tombstone.</param>
/// <param name="IsDeleted">The current version is a tombstone.</param>
/// <param name="EffectiveFrom">Business date of the current version.</param>
/// <param name="LastRevision">Highest revision given out, back-dated versions included.</param>
/// <param name="States">Codes of the life-cycle columns, in the order of the statements.</param>
internal sealed record StoredState(byte[] Hash, bool IsDeleted, DateOnly EffectiveFrom, long LastRevision, string?[] States);
