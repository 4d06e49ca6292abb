using HubExchange.Contracts.Reconciliation;

namespace HubExchange.Client.Reconciliation;

/// <summary>The records of one type, their digest, and what is needed to go back to a sequence of the stream. Locked by its owner.</summary>
internal sealed class TypeRecords(string type)
{
    private readonly Dictionary<string, HeldContent> _held = [];
    private readonly LinkedList<JournalEntry> _journal = new();
    private ElementKey? _key;
    private SetDigest _digest;
    private RecordView? _view;

    /// <summary>Keys sent since a snapshot began; null while there is none.</summary>
    public HashSet<string>? Snapshot { get; set; }

    /// <summary>Keys that changed since the start, until the others are read; null from then on.</summary>
    public HashSet<string>? Touched { get; set; } = [];

    /// <summary>Everything that is remembered.</summary>
    public IReadOnlyCollection<KeyValuePair<string, HeldContent>> All => _held;

    /// <summary>Keys that are there.</summary>
    public IEnumerable<string> Keys => _held.Keys;

    private readonly record struct JournalEntry(long Sequence, long At, string Key, HeldContent? Before);

    /// <summary>What is remembered of a key.</summary>
    public HeldContent? Find(string key) => _held.TryGetValue(key, out var held) ? held : null;

    /// <summary>Computes elements with the secret the hub has told; with the one known already nothing happens.</summary>
    public void Bind(byte[] secret, bool isNew)
    {
        if (!isNew && _key is not null)
        {
            return;
        }

        _key = new ElementKey(secret, type);
        _digest = default;
        _view = null;
        foreach (var (key, held) in _held.ToList())
        {
            var bound = Bound(key, held);
            _held[key] = bound;
            _digest = _digest.Add(_key, bound.Element);
        }
    }

    /// <summary>Sets a record that was read, unless its key changed meanwhile.</summary>
    public void Load(string key, HeldContent held)
    {
        if (Touched is not { } touched || touched.Add(key))
        {
            Set(key, held);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _held.Clear();
        _journal.Clear();
        _digest = default;
        _view = null;
        Touched = [];
    }

    /// <summary>A frame after a sequence is in what is there.</summary>
    public bool IsBeyond(long sequence) => _journal.Last?.Value.Sequence > sequence;

    /// <summary>Sets or removes a record as of now, whatever the sequence.</summary>
    public void Set(string key, HeldContent? held)
    {
        Touched?.Add(key);
        if (_held.Remove(key, out var before) && _key is not null)
        {
            _digest = _digest.Remove(_key, before.Element);
        }

        if (held is { } content)
        {
            var bound = Bound(key, content);
            _held[key] = bound;
            if (_key is not null)
            {
                _digest = _digest.Add(_key, bound.Element);
            }
        }
    }

    /// <summary>Sets or removes a record with a frame.</summary>
    public void Set(string key, HeldContent? held, long sequence, long at)
    {
        _journal.AddLast(new JournalEntry(sequence, at, key, Find(key)));
        Set(key, held);
    }

    /// <summary>Forgets how to go back: what is there counts as there at any sequence.</summary>
    public void Fold() => _journal.Clear();

    /// <summary>Forgets how to go back before an acknowledged sequence, except for what is young.</summary>
    /// <returns>The sequence of the last entry that was forgotten; 0 for none.</returns>
    public long Prune(long acknowledged, long before, int mostKept)
    {
        long pruned = 0;
        while (_journal.First?.Value is { } first && first.Sequence <= acknowledged && (first.At < before || _journal.Count > mostKept))
        {
            pruned = first.Sequence;
            _journal.RemoveFirst();
        }

        return pruned;
    }

    /// <summary>Count and digest as of a sequence.</summary>
    public SetDigest DigestAt(long sequence)
    {
        var digest = _digest;
        var key = _key!;
        foreach (var (name, then) in ThenAfter(sequence))
        {
            if (_held.TryGetValue(name, out var now))
            {
                digest = digest.Remove(key, now.Element);
            }

            if (then is { } content)
            {
                digest = digest.Add(key, Bound(name, content).Element);
            }
        }

        return digest;
    }

    /// <summary>Everything as of a sequence. It stays as it is while the hub asks about the same digest.</summary>
    public RecordView ViewAt(long sequence)
    {
        var digest = DigestAt(sequence);
        if (_view is null || _view.Sequence != sequence || _view.Digest != digest)
        {
            var then = ThenAfter(sequence);
            var records = _held.Where(pair => !then.ContainsKey(pair.Key)).Select(pair => (pair.Key, pair.Value.Element))
                .Concat(then.Where(pair => pair.Value is not null).Select(pair => (pair.Key, Bound(pair.Key, pair.Value!.Value).Element)));
            _view = new RecordView(_key!, sequence, digest, records);
        }

        return _view;
    }

    /// <summary>The key of a record of the set that was looked at last, or of all when the program has just started; null when there is none.</summary>
    public string? FindTag(ulong tag) => _key is null ? null : (_view ?? ViewAt(long.MaxValue)).FindTag(tag);

    // What keys held before frames after a sequence; the earliest entry of a key says it.
    private Dictionary<string, HeldContent?> ThenAfter(long sequence)
    {
        var then = new Dictionary<string, HeldContent?>();
        for (var node = _journal.Last; node is not null && node.Value.Sequence > sequence; node = node.Previous)
        {
            then[node.Value.Key] = node.Value.Before;
        }

        return then;
    }

    private HeldContent Bound(string key, HeldContent held)
    {
        if (_key is null)
        {
            return held;
        }

        Span<byte> hash = stackalloc byte[Element.Size];
        held.Hash.Write(hash);
        return held with { Element = _key.Of(key, hash) };
    }
}
