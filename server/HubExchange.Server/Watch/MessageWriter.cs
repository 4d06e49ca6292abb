using Google.Protobuf.WellKnownTypes;
using HubExchange.V1;

namespace HubExchange.Server.Watch;

/// <summary>
/// Puts events into messages: whole transactions, several of them while they fit, a large one in fragments. Only what ends a transaction
/// carries a position.
/// </summary>
internal sealed class MessageWriter(WatchOptions options, WatchView view, FeedChunk chunk)
{
    private readonly List<WatchMessage> _messages = [];
    private WatchRecordsResponse _open = new();
    private int _bytes;

    /// <summary>The messages of a chunk.</summary>
    public static List<WatchMessage> Write(WatchOptions options, WatchView view, FeedChunk chunk, IReadOnlyList<MatchedEvent> events)
    {
        var writer = new MessageWriter(options, view, chunk);
        long end = 0;
        foreach (var matched in events)
        {
            writer.Add(matched, end);
            end = matched.Entry.CommitPosition;
        }

        writer.End(end);
        return writer._messages;
    }

    /// <summary>An event of a record that is there when a watch begins.</summary>
    public static WatchEvent OfState(Record record, long position) => new() { Put = record, Position = position };

    /// <param name="matched">The event.</param>
    /// <param name="end">Where the transaction of the event before ends.</param>
    private void Add(MatchedEvent matched, long end)
    {
        var entry = matched.Entry;
        var happened = new WatchEvent
        {
            Position = entry.Position,
            RecordedAt = Timestamp.FromDateTime(entry.RecordedAt),
            Before = matched.Before,
        };
        if (matched.Record is { } record)
        {
            happened.Put = view.Of(record);
        }
        else
        {
            happened.Gone = matched.Gone;
        }

        if (_open.Events.Count >= options.MessageEvents || _bytes >= options.MessageBytes)
        {
            Close(end == entry.CommitPosition ? null : end);
        }

        _open.Events.Add(happened);
        _bytes += happened.CalculateSize();
    }

    private void End(long end)
    {
        if (_open.Events.Count > 0)
        {
            Close(end > chunk.Last ? null : chunk.Boundary);
        }
        else if (chunk is { IsContinued: true, Boundary: { } boundary })
        {
            // What came of the transaction in the chunk before was not known to be whole.
            _messages.Add(WatchMessage.Bookmark(chunk.TokenAt(boundary)));
        }
    }

    private void Close(long? position)
    {
        _open.Position = position ?? 0;
        _open.Fragment = position is null;
        _open.ResumeToken = position is { } whole ? chunk.TokenAt(whole).ToString() : "";
        _messages.Add(WatchMessage.Of(_open));
        _open = new WatchRecordsResponse();
        _bytes = 0;
    }
}
