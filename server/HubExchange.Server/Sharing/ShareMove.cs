using System.Collections.Frozen;
using HubExchange.V1;
using static HubExchange.V1.ShareState;

namespace HubExchange.Server.Sharing;

/// <summary>The life cycle of a share request (政务数据共享条例 arts. 20-22): one row per action that callers may take.</summary>
/// <param name="From">States it is taken in.</param>
/// <param name="To">State after it.</param>
/// <param name="Party">Whose part it is.</param>
/// <param name="NeedsReason">It is not taken without a reason.</param>
internal sealed record ShareMove(ShareState[] From, ShareState To, ShareParty Party, bool NeedsReason)
{
    private static readonly FrozenDictionary<ShareAction, ShareMove> Table = new Dictionary<ShareAction, ShareMove>
    {
        [ShareAction.AskPapers] = new([Submitted], Papers, ShareParty.Provider, false),
        [ShareAction.SupplyPapers] = new([Papers], Submitted, ShareParty.Asker, true),
        [ShareAction.Grant] = new([Submitted], Granted, ShareParty.Provider, false),
        [ShareAction.Refuse] = new([Submitted], Refused, ShareParty.Provider, true),
        [ShareAction.Extend] = new([Submitted], Submitted, ShareParty.Office, false),
        [ShareAction.Withdraw] = new([Submitted, Papers], Withdrawn, ShareParty.Asker, false),
        [ShareAction.Deliver] = new([Granted], Delivered, ShareParty.Provider, false),
    }.ToFrozenDictionary();

    /// <summary>The row of an action; null when callers never take it.</summary>
    public static ShareMove? Of(ShareAction action) => Table.GetValueOrDefault(action);

    /// <summary>The actions that callers may take in a state, in words.</summary>
    public static (string Zh, string En) TextOf(ShareState state)
    {
        var taken = Table.Where(row => row.Value.From.Contains(state)).OrderBy(row => row.Key).ToList();
        return taken.Count == 0
            ? ("申请已办结", "it is closed")
            : ("此状态可以:" + string.Join("、", taken.Select(row => $"{ShareActionText.Of(row.Key)} {ShareCode.Of(row.Key)}({ZhOf(row.Value.Party)})")),
                "in this state it takes " + string.Join(", ", taken.Select(row => $"{ShareCode.Of(row.Key)} ({EnOf(row.Value.Party)})")));
    }

    private static string ZhOf(ShareParty party) => party switch
    {
        ShareParty.Asker => "申请方",
        ShareParty.Provider => "提供方",
        _ => "主管部门",
    };

    private static string EnOf(ShareParty party) => party switch
    {
        ShareParty.Asker => "asker",
        ShareParty.Provider => "provider",
        _ => "office",
    };
}
