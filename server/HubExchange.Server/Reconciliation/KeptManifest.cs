using HubExchange.Contracts.Reconciliation;

namespace HubExchange.Server.Reconciliation;

/// <summary>The full list of a source's set, as far as it is known.</summary>
internal sealed class KeptManifest
{
    /// <summary>The low halves of its elements.</summary>
    public HashSet<ulong> Tags { get; } = [];

    /// <summary>Parts it came in.</summary>
    public int Parts { get; private set; }

    /// <summary>The last one, after which the next part begins; 0 before the first.</summary>
    public ulong Last { get; private set; }

    /// <summary>Nothing follows.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Adds the next part.</summary>
    /// <exception cref="ReconciliationException">It is none: it says nothing, and that more follows.</exception>
    public void Add(ReadOnlySpan<byte> part, bool isLast)
    {
        var tags = Manifest.Read(part, Last);
        if (tags.Count == 0 && !isLast)
        {
            throw new ReconciliationException("来源应答的清单无效。 The source answered with a list that is not valid.");
        }

        Tags.UnionWith(tags);
        Parts++;
        Last = tags.Count > 0 ? tags[^1] : Last;
        IsWhole = isLast;
    }
}
