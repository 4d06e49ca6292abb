using HubExchange.Server.Changes;
using HubExchange.V1;

namespace HubExchange.Server.Watch;

/// <summary>What an entry of the feed means to a selection.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Before">Whether the record was selected before.</param>
/// <param name="Record">The record as it is selected now, not yet cut to what anybody may see; null when it is not.</param>
/// <param name="Gone">The record that is not selected any more; null when it is.</param>
internal sealed record MatchedEvent(FeedRow Entry, WatchBefore Before, Record? Record, WatchGone? Gone);
