using System.Collections.Frozen;
using HubExchange.V1;

namespace HubExchange.Server.Snapshots;

/// <summary>States and causes as they stand in the database.</summary>
internal static class SnapshotCode
{
    private static readonly FrozenDictionary<SnapshotState, string> Codes = new Dictionary<SnapshotState, string>
    {
        [SnapshotState.Open] = "OPEN",
        [SnapshotState.Waiting] = "WAITING",
        [SnapshotState.Approved] = "APPROVED",
        [SnapshotState.Applied] = "APPLIED",
        [SnapshotState.Rejected] = "REJECTED",
        [SnapshotState.Abandoned] = "ABANDONED",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, SnapshotState> States = Codes.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    private static readonly FrozenDictionary<string, SnapshotAbandonment> Abandonments = new Dictionary<string, SnapshotAbandonment>
    {
        ["BEGUN_ANEW"] = SnapshotAbandonment.BegunAnew,
        ["ABORTED"] = SnapshotAbandonment.Aborted,
        ["IDLE"] = SnapshotAbandonment.Idle,
        ["SUPERSEDED"] = SnapshotAbandonment.Superseded,
    }.ToFrozenDictionary();

    /// <summary>The code of a state; empty when none is meant.</summary>
    public static string Of(SnapshotState state) => Codes.GetValueOrDefault(state, "");

    public static SnapshotState Read(string code) => States[code];

    public static SnapshotAbandonment ReadAbandonment(string? code) =>
        code is null ? SnapshotAbandonment.Unspecified : Abandonments[code];
}
