using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using HubExchange.Client.Reconciliation;
using HubExchange.Contracts.Entities;
using HubExchange.Simulator.Generation;
using HubExchange.V1;

namespace HubExchange.Simulator.Attending;

/// <summary>The sound records of a node by type and key; of several with a key the last one counts, as it does in the hub.</summary>
internal sealed class NodeHoldings : IRecordSource
{
    private readonly Dictionary<EntityType, ConcurrentDictionary<string, IMessage>> _held = [];

    public NodeHoldings(string node, IEnumerable<GeneratedRecord> records)
    {
        Node = node;
        foreach (var record in records.Where(record => record.ExpectedRule is null))
        {
            var held = _held.TryGetValue(record.Type, out var known) ? known : _held[record.Type] = new();
            held[record.Type.KeyOf(record.Record)] = record.Record;
        }

        Attended = new AttendedRecords(this, _held.Keys);
    }

    /// <summary>Node id.</summary>
    public string Node { get; }

    /// <summary>What the node answers for.</summary>
    public AttendedRecords Attended { get; }

    /// <summary>The types it has.</summary>
    public IEnumerable<EntityType> Types => _held.Keys.OrderBy(type => type.Id, StringComparer.Ordinal);

    /// <summary>Records of a type.</summary>
    public int CountOf(EntityType type) => _held[type].Count;

    /// <summary>Some records of a type, always the same ones.</summary>
    public IReadOnlyList<(string Key, IMessage Record)> Some(EntityType type, int skip, int count) =>
        [.. _held[type].OrderBy(pair => pair.Key, StringComparer.Ordinal).Skip(skip).Take(count).Select(pair => (pair.Key, pair.Value))];

    /// <summary>Forgets a record without telling the hub.</summary>
    public void Forget(EntityType type, string key)
    {
        _held[type].TryRemove(key, out _);
        Attended.Remove(type, key);
    }

    public async IAsyncEnumerable<Change> ReadAllAsync(EntityType type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var record in _held[type].Values)
        {
            yield return new Change { Record = record.ToByteString() };
        }

        await Task.CompletedTask;
    }

    public ValueTask<Change?> FindAsync(EntityType type, string key, CancellationToken cancellationToken) => ValueTask.FromResult(
        _held[type].TryGetValue(key, out var record) ? new Change { Record = record.ToByteString() } : null);
}
