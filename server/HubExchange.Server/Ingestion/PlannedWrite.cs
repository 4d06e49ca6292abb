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
/// <param name="Item">The change in its frame.</param>
/// <param name="Kind">Where the version goes.</param>
/// <param name="Revision">Its number.</param>
/// <param name="EffectiveFrom">Its business date.</param>
internal sealed record PlannedWrite(BatchChange Item, WriteKind Kind, long Revision, DateOnly EffectiveFrom)
{
    public IncomingChange Change => Item.Change;
}
