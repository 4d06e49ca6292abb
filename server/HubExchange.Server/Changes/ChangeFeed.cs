using HubExchange.Contracts.Entities;
using HubExchange.Server.Ingestion;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Changes;

/// <summary>
/// Collects what a transaction changes and appends it to the feed as its last statements. Positions are given out under a lock that is
/// held until the commit: they have no gaps, and whoever reads by position misses nothing.
/// </summary>
internal sealed class ChangeFeed
{
    private readonly Dictionary<EntityType, List<FeedEntry>> _entries = [];

    /// <summary>When the transaction's versions are recorded.</summary>
    public DateTime RecordedAt { get; set; }

    /// <summary>Adds an entry; those of a type keep their order.</summary>
    public void Add(EntityType type, FeedEntry entry)
    {
        if (!_entries.TryGetValue(type, out var entries))
        {
            _entries.Add(type, entries = []);
        }

        entries.Add(entry);
    }

    /// <summary>Nothing changed.</summary>
    public bool IsEmpty => _entries.Count == 0;

    /// <summary>
    /// Adds the statements, the last ones before the commit; none when nothing changed. Each returns the position before its entries.
    /// </summary>
    public void AddTo(WriteTransaction transaction)
    {
        long rest = _entries.Values.Sum(entries => entries.Count);
        foreach (var (type, entries) in _entries)
        {
            transaction.Add(new NpgsqlBatchCommand(SqlFiles.Read("Changes/AddChanges.sql"))
            {
                Parameters =
                {
                    new NpgsqlParameter<string> { TypedValue = type.Id },
                    new NpgsqlParameter<DateTime> { TypedValue = RecordedAt },
                    BatchArray.Of(entries, entry => entry.Key),
                    BatchArray.Of(entries, entry => entry.Source),
                    BatchArray.Of(entries, entry => entry.Revision),
                    BatchArray.Of(entries, entry => entry.Operation),
                    BatchArray.Of(entries, entry => entry.ChangesConsolidated),
                    BatchArray.OfNullable(entries, entry => entry.Previous is { } previous && previous.Source != entry.Source ? previous.Source : null),
                    BatchArray.Of(entries, entry => entry.Previous?.Revision ?? 0),
                    new NpgsqlParameter<long> { TypedValue = rest },
                },
            });
            rest -= entries.Count;
        }
    }

    /// <summary>The entries as they are read, when the first one is at a position.</summary>
    public IReadOnlyList<FeedRow> Rows(long first, bool withContent)
    {
        var rows = new List<FeedRow>();
        var last = first + _entries.Values.Sum(entries => entries.Count) - 1;
        foreach (var (type, entries) in _entries)
        {
            foreach (var entry in entries)
            {
                var version = new VersionId(entry.Source, entry.Revision);
                rows.Add(new FeedRow(
                    first + rows.Count, type.Id, entry.Key, version, entry.Operation, entry.ChangesConsolidated, RecordedAt, entry.Previous, last)
                {
                    Hash = entry.Hash,
                    Content = withContent ? entry.Content : null,
                });
            }
        }

        return rows;
    }
}
