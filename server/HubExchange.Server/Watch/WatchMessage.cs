using HubExchange.V1;

namespace HubExchange.Server.Watch;

/// <summary>A message that waits for watchers, the same object for all of them.</summary>
/// <param name="Response">The message; nobody changes it any more.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record WatchMessage(WatchRecordsResponse Response, int Bytes)
{
    public static WatchMessage Of(WatchRecordsResponse response) => new(response, response.CalculateSize());

    /// <summary>Says that everything up to a position was delivered.</summary>
    public static WatchMessage Bookmark(ResumeToken token) =>
        Of(new WatchRecordsResponse { Position = token.Position, ResumeToken = token.ToString() });
}
