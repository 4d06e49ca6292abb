using HubExchange.Contracts.Reconciliation;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// The records of one source and type as the feed tells them, with count, digest and first coded symbols. Takes about 40 bytes a record.
/// Taking in a change again does no harm.
/// </summary>
internal sealed class LiveSet(ElementKey key)
{
    private const int Cells = 64;

    private readonly Dictionary<ulong, Element> _elements = [];
    private readonly Sketch _sketch = new(key, Cells);

    /// <summary>Records and what stands for them.</summary>
    public IReadOnlyDictionary<ulong, Element> Elements => _elements;

    /// <summary>Digest of the content that its checkpoint has; null when it changed since, or there is none.</summary>
    public byte[]? SavedContent { get; set; }

    /// <summary>When a checkpoint was written last.</summary>
    public DateTimeOffset SavedAt { get; set; }

    /// <summary>Count and digest.</summary>
    public SetDigest Digest => _sketch.Digest;

    /// <summary>Takes in what the hub has of a key.</summary>
    /// <param name="name">Key of the record.</param>
    /// <param name="hash">Hash of its content; null when it is not there any more.</param>
    public void Set(string name, byte[]? hash)
    {
        SavedContent = null;

        // Which keys share 64 bits nobody can choose without the secret.
        var place = key.Of(name, []).Low;
        if (_elements.Remove(place, out var before))
        {
            _sketch.Remove(before);
        }

        if (hash is not null)
        {
            var element = key.Of(name, hash);
            _elements[place] = element;
            _sketch.Add(element);
        }
    }

    /// <summary>Takes in what a checkpoint has.</summary>
    public void Restore(ulong place, Element element)
    {
        _elements.Add(place, element);
        _sketch.Add(element);
    }
}
