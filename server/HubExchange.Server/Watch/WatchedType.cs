using HubExchange.Contracts.Entities;
using HubExchange.Server.Changes;
using HubExchange.Server.Query;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Watch;

/// <summary>The rows of a type that a watch is about: what an entry of the feed means to them.</summary>
/// <param name="Type">Type.</param>
/// <param name="Source">Empty for consolidated records, a node, or <see cref="RecordRows.EverySource"/>.</param>
internal sealed record WatchedType(EntityType Type, string Source)
{
    private bool IsConsolidated => Source.Length == 0;

    /// <summary>
    /// The rows of a type that a caller gets for the source it asks for, as <see cref="RecordRows.From"/> gives them to other reads; null
    /// for none.
    /// </summary>
    public static WatchedType? Of(EntityType type, string source, ReadAccess access) => access.OwnNode switch
    {
        null => new WatchedType(type, source),
        "" => null,
        var own => source is "" or RecordRows.EverySource || source == own ? new WatchedType(type, own) : null,
    };

    /// <summary>Whether an entry of the type is news. Of one source, back-dated and re-shown versions are not.</summary>
    public bool IsNews(FeedRow entry) => IsConsolidated
        ? entry.IsConsolidated
        : entry.Operation is FeedEntry.Upsert or FeedEntry.Delete &&
            (Source == RecordRows.EverySource ? entry.Version.Source != EntityTable.HubSource : entry.Version.Source == Source);

    /// <summary>The version that is there after an entry; null for none.</summary>
    public static VersionId? After(FeedRow entry) => entry.Operation == FeedEntry.Delete ? null : entry.Version;

    /// <summary>
    /// The version that was there before an entry, and whether it was there at all. An entry that changes consolidated views names what they
    /// showed; where that was another source's, nothing is known of the own one.
    /// </summary>
    public (VersionId? Version, WatchBefore Before) Before(FeedRow entry) => entry.Previous switch
    {
        null => (null, WatchBefore.Absent),
        { } previous when IsConsolidated || previous.Source == entry.Version.Source => (previous, WatchBefore.Present),
        _ => (null, WatchBefore.Unspecified),
    };
}
