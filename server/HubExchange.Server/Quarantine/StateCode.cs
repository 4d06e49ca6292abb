using System.Collections.Frozen;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Quarantine;

/// <summary>States as they stand in the database.</summary>
internal static class StateCode
{
    private static readonly FrozenDictionary<QuarantineState, string> Codes = new Dictionary<QuarantineState, string>
    {
        [QuarantineState.Open] = "OPEN",
        [QuarantineState.Resolved] = "RESOLVED",
        [QuarantineState.Discarded] = "DISCARDED",
        [QuarantineState.Replayed] = "REPLAYED",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, QuarantineState> States =
        Codes.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    public static string Of(QuarantineState state) => Codes[state];

    public static QuarantineState Read(string code) => States[code];

    /// <summary>The state a filter means: open changes unless it says otherwise.</summary>
    public static QuarantineState OfFilter(QuarantineState state) => state switch
    {
        QuarantineState.Unspecified => QuarantineState.Open,
        _ when Codes.ContainsKey(state) => state,
        _ => throw HubErrors.InvalidRequest(new FieldProblem("state", "没有这种状态", "there is no such state")),
    };
}
