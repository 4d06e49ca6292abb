using Google.Protobuf;
using HubExchange.Server.Changes;

namespace HubExchange.Server.Ingestion;

/// <summary>Where a version goes, in the order of writing: what steps back makes room first.</summary>
internal enum WriteKind
{
    /// <summary>A version that supersedes the current one.</summary>
    Replace,

    /// <summary>The first version of a key.</summary>
    Insert,

    /// <summary>A version that held before the current one; it goes straight to the history.</summary>
    BackDate,
}

/// <summary>A version of a record that is to be written: what a source sent, or what the hub consolidated from several.</summary>
internal sealed class RecordVersion
{
    public required WriteKind Kind { get; init; }

    public required string Key { get; init; }

    /// <summary>Node that reports it, or <see cref="Storage.EntityTable.HubSource"/>.</summary>
    public required string Source { get; init; }

    /// <summary>Kind of that node as a code, e.g. <c>COUNTY</c>; null for the hub.</summary>
    public required string? SourceKind { get; init; }

    public required long Revision { get; set; }

    /// <summary>Business date from which it holds.</summary>
    public required DateOnly EffectiveFrom { get; init; }

    /// <summary>Canonical record hash; empty for a tombstone.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>The serialized record; empty for a tombstone.</summary>
    public required byte[] Payload { get; init; }

    /// <summary>The record; null for a tombstone.</summary>
    public required IMessage? Record { get; init; }

    /// <summary>It stands for the key in consolidated views.</summary>
    public required bool IsConsolidated { get; init; }

    /// <summary>Consolidated views show another record with it, or none any more.</summary>
    public bool ChangesConsolidated { get; set; }

    /// <summary>The version whose place it takes: in consolidated views if it changes them, else among those of its source.</summary>
    public VersionId? Previous { get; set; }

    /// <summary>Ids of violated warning rules; null when there are none.</summary>
    public string[]? Warnings { get; init; }

    /// <summary>Which source each field comes from, as JSON; only of what the hub consolidated.</summary>
    public string? Provenance { get; init; }

    /// <summary>Fields in which the sources disagree; null when there are none.</summary>
    public string[]? Disputed { get; init; }

    public bool IsDeleted => Record is null;
}
