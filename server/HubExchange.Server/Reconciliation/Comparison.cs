using HubExchange.Contracts.Reconciliation;

namespace HubExchange.Server.Reconciliation;

/// <summary>What a comparison of both sides at one sequence found.</summary>
/// <param name="Hub">What the hub has.</param>
/// <param name="Source">Count and digest of the source; null when it cannot go back to the sequence.</param>
internal sealed record Comparison(HeldSet Hub, SetDigest? Source)
{
    /// <summary>Both sides have the same records.</summary>
    public bool IsEqual => Source == Hub.Digest;

    /// <summary>Low halves of elements only the source has.</summary>
    public IReadOnlyList<ulong> OnlySource { get; init; } = [];

    /// <summary>Rows only the hub has.</summary>
    public IReadOnlyList<HeldRow> OnlyHub { get; init; } = [];

    /// <summary>Bytes that crossed, those of the framing included.</summary>
    public long Bytes { get; init; }

    /// <summary>Questions asked.</summary>
    public int RoundTrips { get; init; }

    /// <summary>Coded symbols compared.</summary>
    public int Cells { get; init; }
}
