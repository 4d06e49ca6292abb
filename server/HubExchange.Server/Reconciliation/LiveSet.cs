using System.Runtime.InteropServices;
using HubExchange.Contracts.Reconciliation;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// The records of one source and type as the feed tells them, with count and digest. Takes about 40 bytes a record.
/// Taking in a change again does no harm.
/// </summary>
internal sealed class LiveSet(ElementKey key)
{
    private readonly Dictionary<ulong, Element> _elements = [];

    /// <summary>Records and what stands for them.</summary>
    public IReadOnlyDictionary<ulong, Element> Elements => _elements;

    /// <summary>Digest of the content that its checkpoint has; null when it changed since, or there is none.</summary>
    public byte[]? SavedContent { get; set; }

    /// <summary>When a checkpoint was written last.</summary>
    public DateTimeOffset SavedAt { get; set; }

    /// <summary>Count and digest.</summary>
    public SetDigest Digest { get; private set; }

    /// <summary>Takes in what the hub has of a key.</summary>
    /// <param name="name">Key of the record.</param>
    /// <param name="hash">Hash of its content; null when it is not there any more.</param>
    public void Set(string name, byte[]? hash)
    {
        SavedContent = null;
        var place = key.PlaceOf(name);
        if (hash is null)
        {
            if (_elements.Remove(place, out var last))
            {
                Digest = Digest.Remove(key, last);
            }

            return;
        }

        ref var element = ref CollectionsMarshal.GetValueRefOrAddDefault(_elements, place, out var exists);
        if (exists)
        {
            Digest = Digest.Remove(key, element);
        }

        element = key.Of(name, hash);
        Digest = Digest.Add(key, element);
    }

    /// <summary>Takes in what a checkpoint has.</summary>
    public void Restore(ulong place, Element element)
    {
        _elements.Add(place, element);
        Digest = Digest.Add(key, element);
    }
}
