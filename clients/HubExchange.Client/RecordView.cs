namespace HubExchange.Client;

/// <summary>Which version of a record to read, and how much of it.</summary>
public record RecordView
{
    /// <summary>What this node reported; empty means the consolidated record. In lists <c>-</c> means what every node reported.</summary>
    public string Source { get; init; } = "";

    /// <summary>What the hub knew at this instant; null means now.</summary>
    public DateTimeOffset? RecordedAsOf { get; init; }

    /// <summary>What was true on this business date, <c>YYYY-MM-DD</c>; empty means the latest version.</summary>
    public string EffectiveOn { get; init; } = "";

    /// <summary>Fields to return, by path, e.g. <c>host_divisions.division</c>; empty means all.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];
}
