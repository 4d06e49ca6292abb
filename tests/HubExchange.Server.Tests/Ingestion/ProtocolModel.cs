using HubExchange.Testing.History;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Ingestion;

/// <summary>What a stream and its records have to be: the protocol of protos/README.md in a few lines.</summary>
internal sealed class ProtocolModel
{
    private readonly Dictionary<string, (long Revision, string Hash)> _records = [];

    /// <summary>Committed frames, the first at 0.</summary>
    public List<PushedChange[]> Committed { get; } = [];

    /// <summary>The sequence the hub expects.</summary>
    public long Expected => Committed.Count + 1;

    /// <summary>Last revision and content of each key that was ever stored; empty content is a tombstone.</summary>
    public IReadOnlyDictionary<string, (long Revision, string Hash)> Records => _records;

    /// <summary>Commits a frame and says what its ack has to count.</summary>
    public PushCounts Commit(PushedChange[] changes)
    {
        var counts = new PushCounts();
        foreach (var change in changes.Select(change => change.Known))
        {
            var (revision, hash) = _records.GetValueOrDefault(change.Key, (0, ""));
            if (change.IsDirty)
            {
                counts.Quarantined++;
            }
            else if (change.Hash == hash)
            {
                counts.Unchanged++;
            }
            else
            {
                _records[change.Key] = (revision + 1, change.Hash);
                counts.Stored += change.IsDelete ? 0 : 1;
                counts.Deleted += change.IsDelete ? 1 : 0;
            }
        }

        Committed.Add(changes);
        return counts;
    }
}
