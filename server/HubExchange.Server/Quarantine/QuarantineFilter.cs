namespace HubExchange.Server.Quarantine;

/// <summary>Which quarantined changes to list; an empty part means all.</summary>
internal sealed record QuarantineFilter(string Source, string Type, string Rule)
{
    /// <summary>Matches no change: node ids never hold a blank.</summary>
    public static QuarantineFilter Nothing { get; } = new(" ", "", "");
}
