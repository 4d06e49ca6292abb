namespace HubExchange.Testing.History;

/// <summary>One change of a frame as its sender knows it.</summary>
/// <param name="Key">Key of the record; empty when the change carries none.</param>
/// <param name="Hash">Canonical hash of the content in lower-case hexadecimal; empty for a deletion.</param>
/// <param name="Marker">What a reader recognises the content by.</param>
/// <param name="IsDirty">The change violates a rule, so the hub has to quarantine it.</param>
public sealed record HistoryChange(string Key, string Hash, string Marker, bool IsDirty = false)
{
    /// <summary>Digest of the whole change as it is sent, by which a refused one is recognised; of dirty ones only.</summary>
    public string Content { get; init; } = "";

    /// <summary>A deletion.</summary>
    public bool IsDelete => Hash.Length == 0 && !IsDirty;
}
