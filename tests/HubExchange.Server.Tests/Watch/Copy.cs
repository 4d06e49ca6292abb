using HubExchange.Client;
using HubExchange.Client.Watch;
using HubExchange.V1;
using Record = HubExchange.V1.Record;

namespace HubExchange.Server.Tests.Watch;

/// <summary>A copy of what a watch selects, kept by applying whole batches, and what an observer can hold against the watch.</summary>
internal sealed class Copy
{
    private readonly Dictionary<string, Record> _records = [];

    /// <summary>Where to go on after; null before the first batch.</summary>
    public long? Position { get; private set; }

    /// <summary>The same with a mark of what stands there.</summary>
    public string? Token { get; private set; }

    /// <summary>Every event of a change so far.</summary>
    public List<WatchEvent> Events { get; } = [];

    /// <summary>What is selected: type, key and source with the revision and the content.</summary>
    public IEnumerable<string> Content => _records.Select(pair => $"{pair.Key} {TextOf(pair.Value)}").Order(StringComparer.Ordinal);

    /// <summary>The same of a list.</summary>
    public static IEnumerable<string> ContentOf(IEnumerable<Record> records, bool isOfEverySource = false) => records
        .Select(record => $"{KeyOf(record.Type, record.Key, isOfEverySource ? record.Source : "")} {TextOf(record)}")
        .Order(StringComparer.Ordinal);

    /// <summary>Applies batches until the copy is at a position or later.</summary>
    public async Task FollowAsync(HubClient client, WatchOptions options, long through, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        var resumed = Token is null ? options : options with { After = null, ResumeToken = Token };
        await foreach (var batch in client.WatchAsync(resumed, limit.Token))
        {
            Apply(batch, options.Source == "-");
            if (Position >= through)
            {
                return;
            }
        }
    }

    /// <summary>Applies a batch.</summary>
    public void Apply(WatchBatch batch, bool isOfEverySource = false)
    {
        if (batch.Kind == WatchBatchKind.StateBegin)
        {
            _records.Clear();
            (Position, Token) = (null, null);
        }

        foreach (var happened in batch.Events)
        {
            if (batch.Kind == WatchBatchKind.Changes)
            {
                Events.Add(happened);
            }

            if (happened.Put is { } put)
            {
                _records[KeyOf(put.Type, put.Key, isOfEverySource ? put.Source : "")] = put;
            }
            else
            {
                _records.Remove(KeyOf(happened.Gone.Type, happened.Gone.Key, isOfEverySource ? happened.Gone.Source : ""));
            }
        }

        Assert.True(batch.Position is null || Position is null || batch.Position >= Position, $"{batch.Position} comes after {Position}.");
        Position = batch.Position ?? Position;
        Token = batch.ResumeToken ?? Token;
    }

    private static string KeyOf(string type, string key, string source) => $"{type}/{key}/{source}";

    private static string TextOf(Record record) => $"{record.Source} {record.Revision} {record.Payload} {record.CutFields}";
}
