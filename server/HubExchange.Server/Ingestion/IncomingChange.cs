using Google.Protobuf;
using HubExchange.V1;

namespace HubExchange.Server.Ingestion;

/// <summary>One change of a frame, read and checked. Either it may be written, or its violations say why not.</summary>
internal sealed class IncomingChange
{
    /// <summary>Position in the frame.</summary>
    public required int Index { get; init; }

    /// <summary>Key as far as it could be read.</summary>
    public required string Key { get; init; }

    /// <summary>The change as received, for quarantine.</summary>
    public required Change Received { get; init; }

    /// <summary>The normalised record; null for a deletion and for what could not be read.</summary>
    public IMessage? Record { get; init; }

    /// <summary>The serialized normalised record, with unknown fields; empty for a deletion.</summary>
    public byte[] Payload { get; init; } = [];

    /// <summary>Canonical record hash v1; empty for a deletion.</summary>
    public byte[] Hash { get; init; } = [];

    /// <summary>Business date from which it holds; null when the source left it to the hub.</summary>
    public DateOnly? EffectiveFrom { get; init; }

    /// <summary>
    /// Is written only if this is the revision that is current, 0 standing for none or a deleted one; else it counts as unchanged. Null: always.
    /// </summary>
    public long? OnlyRevision { get; set; }

    /// <summary>Everything that is wrong, warnings included.</summary>
    public List<Violation> Violations { get; } = [];

    public bool IsDelete => Record is null && !IsRejected;

    public bool IsRejected => Violations.Exists(violation => violation.Severity == Severity.Error);

    /// <summary>Ids of the violated warning rules; null when there are none.</summary>
    public string[]? Warnings => Violations.Count == 0
        ? null
        : [.. Violations.Where(violation => violation.Severity == Severity.Warning).Select(violation => violation.Rule).Distinct()];
}
