using HubExchange.Contracts.Reconciliation;

namespace HubExchange.Client.Reconciliation;

/// <summary>The records of a type as of a sequence, while hub and source compare them.</summary>
internal sealed class RecordView
{
    private readonly ElementKey _key;
    private readonly string[] _names;
    private readonly Element[] _elements;
    private readonly Lazy<Dictionary<ulong, int>> _places;
    private readonly Lazy<ulong[]> _sorted;
    private CodedSymbol[] _cells = [];

    public RecordView(ElementKey key, long sequence, SetDigest digest, IEnumerable<(string Name, Element Element)> records)
    {
        _key = key;
        Sequence = sequence;
        Digest = digest;
        var list = records.ToList();
        _names = [.. list.Select(record => record.Name)];
        _elements = [.. list.Select(record => record.Element)];
        _places = new(() =>
        {
            var places = new Dictionary<ulong, int>(_elements.Length);
            for (var i = 0; i < _elements.Length; i++)
            {
                places[_elements[i].Low] = i;
            }

            return places;
        });
        _sorted = new(() => [.. _elements.Select(element => element.Low).Order()]);
    }

    public long Sequence { get; }

    public SetDigest Digest { get; }

    /// <summary>The key of a record; null when there is none.</summary>
    public string? FindTag(ulong tag) => _places.Value.TryGetValue(tag, out var place) ? _names[place] : null;

    /// <summary>Coded symbols.</summary>
    public byte[] Cells(int from, int count)
    {
        if (from + count > _cells.Length)
        {
            _cells = Sketch.Encode(_key, _elements, Math.Max(1_024, from + count + ((from + count) / 2)));
        }

        return CellCodec.Write(_cells.AsSpan(from, count));
    }

    /// <summary>A part of the full list; null when there is no such record as the last one of the part before.</summary>
    public (byte[] Part, bool IsLast)? ManifestPart(ulong after, int count)
    {
        var sorted = _sorted.Value;
        var start = after == 0 ? 0 : Array.BinarySearch(sorted, after) + 1;
        if (start <= 0 && after != 0)
        {
            return null;
        }

        var length = Math.Min(count, sorted.Length - start);
        return (Manifest.Write(sorted.AsSpan(start, length), after), start + length == sorted.Length);
    }
}
