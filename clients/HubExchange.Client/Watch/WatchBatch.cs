using HubExchange.V1;

namespace HubExchange.Client.Watch;

/// <summary>What a watch has to tell at a time.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Events">The events in order; none in a bookmark.</param>
/// <param name="Position">
/// Where to go on after this batch; null within the state, which begins anew when it is interrupted. Stored together with the effect of the
/// events, it makes each count once.
/// </param>
public sealed record WatchBatch(WatchBatchKind Kind, IReadOnlyList<WatchEvent> Events, long? Position)
{
    /// <summary>
    /// The position with a mark of what stands there, as <see cref="WatchOptions.ResumeToken"/> takes it: the better thing to store, since it
    /// tells when the hub has gone back to an older backup. Null within the state.
    /// </summary>
    public string? ResumeToken { get; init; }
}
