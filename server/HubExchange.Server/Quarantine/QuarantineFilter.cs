using HubExchange.V1;

namespace HubExchange.Server.Quarantine;

/// <summary>Which quarantined changes to list; an empty part means all, and open ones unless another state is named.</summary>
internal sealed record QuarantineFilter(string Source, string Type, string Rule, QuarantineState State = QuarantineState.Open)
{
    /// <summary>Matches no change: node ids never hold a blank.</summary>
    public static QuarantineFilter Nothing { get; } = new(" ", "", "");
}
