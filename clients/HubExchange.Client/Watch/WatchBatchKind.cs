namespace HubExchange.Client.Watch;

/// <summary>What a <see cref="WatchBatch"/> is.</summary>
public enum WatchBatchKind
{
    /// <summary>Changes: one or more whole transactions.</summary>
    Changes,

    /// <summary>Nothing new up to the position.</summary>
    Bookmark,

    /// <summary>The state begins, also again: what is known so far is void.</summary>
    StateBegin,

    /// <summary>A part of the state.</summary>
    State,

    /// <summary>The state is whole. What it did not contain is not there.</summary>
    StateEnd,
}
