using HubExchange.Contracts.Entities;

namespace HubExchange.Server.Ingestion;

/// <summary>A change of one of the frames of a batch, with what the hub holds of its key and what is to be written.</summary>
/// <param name="outcome">The frame it belongs to.</param>
/// <param name="change">The change.</param>
internal sealed class BatchChange(FrameOutcome outcome, IncomingChange change)
{
    public FrameOutcome Outcome { get; } = outcome;

    public IncomingChange Change { get; } = change;

    public EntityType Type => Outcome.Frame.Type;

    public string Key => Change.Key;

    public string Source => Outcome.Frame.Caller.Node;

    /// <summary>The source's own current version; null when the hub has none.</summary>
    public StoredVersion? Stored { get; set; }

    /// <summary>Other sources report the key, too.</summary>
    public bool IsShared { get; set; }

    /// <summary>The version it leads to; null until it is planned, and when nothing changes.</summary>
    public RecordVersion? Version { get; set; }
}

/// <summary>The current version of one key from one source.</summary>
/// <param name="IsSame">It has the hash of the change.</param>
/// <param name="IsDeleted">It is a tombstone.</param>
/// <param name="EffectiveFrom">Its business date.</param>
/// <param name="Revision">Its number.</param>
/// <param name="LastRevision">Highest revision given out, back-dated versions included; its own one when the hash is the same.</param>
/// <param name="States">Codes of the life-cycle columns, in the order of the statements.</param>
internal sealed record StoredVersion(
    bool IsSame, bool IsDeleted, DateOnly EffectiveFrom, long Revision, long LastRevision, string?[] States);
