namespace HubExchange.Server.Ingestion;

/// <summary>What is to be done with a change.</summary>
internal enum WriteKind
{
    /// <summary>The first version of a key.</summary>
    Insert,

    /// <summary>A version that supersedes the current one.</summary>
    Replace,

    /// <summary>A version that held before the current one; it goes straight to the history.</summary>
    BackDate,
}

/// <summary>A change that leads to a new version.</summary>
/// <param name="Change">The change.</param>
/// <param name="Kind">Where the version goes.</param>
/// <param name="Revision">Its number.</param>
/// <param name="EffectiveFrom">Its business date.</param>
/// <param name="IsShared">Other sources report the key, too.</param>
internal sealed record PlannedWrite(IncomingChange Change, WriteKind Kind, long Revision, DateOnly EffectiveFrom, bool IsShared);
