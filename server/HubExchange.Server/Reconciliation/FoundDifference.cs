using HubExchange.V1;

namespace HubExchange.Server.Reconciliation;

/// <summary>A record that differs, with what mends it.</summary>
internal sealed class FoundDifference
{
    public required string Key { get; init; }

    public required DifferenceKind Kind { get; init; }

    /// <summary>Revision the hub has; 0 for none.</summary>
    public long HubRevision { get; set; }

    /// <summary>The stored row is not what was written.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>The source's record, or a deletion; null when it is to be asked for again.</summary>
    public Change? Change { get; init; }

    public DifferenceOutcome Outcome { get; set; } = DifferenceOutcome.Open;

    public long MendedRevision { get; set; }

    /// <summary>The record is as somebody wanted it who took a repair back; it is mended with approval only.</summary>
    public bool IsUndone { get; set; }

    /// <summary>Is mended without approval only up to a limit.</summary>
    public bool IsGuarded => Kind is DifferenceKind.Extra or DifferenceKind.Fork;
}
