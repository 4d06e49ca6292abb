using System.Collections.Frozen;
using HubExchange.V1;
using static HubExchange.V1.FindingState;

namespace HubExchange.Server.Findings;

/// <summary>What an action does to the term of its finding.</summary>
internal enum TermChange
{
    None,

    /// <summary>A new term of ten working days begins.</summary>
    Begin,

    /// <summary>The clock stops.</summary>
    Pause,

    /// <summary>The clock goes on; the term ends later by the working days it stood still.</summary>
    Continue,
}

/// <summary>The life cycle of a finding (domain rule 校核): one row per action that callers may take.</summary>
/// <param name="From">States it is taken in.</param>
/// <param name="To">State after it; unspecified keeps the state.</param>
/// <param name="Party">Whose part it is.</param>
/// <param name="NeedsReason">It is not taken without a reason.</param>
/// <param name="Term">What happens to the clock.</param>
internal sealed record FindingMove(FindingState[] From, FindingState To, FindingParty Party, bool NeedsReason, TermChange Term)
{
    private static readonly FrozenDictionary<FindingAction, FindingMove> Table = new Dictionary<FindingAction, FindingMove>
    {
        [FindingAction.Route] = new([Raised, Routed, Coordinated], Routed, FindingParty.Operator, false, TermChange.Begin),
        [FindingAction.Accept] = new([Routed], Accepted, FindingParty.Owner, false, TermChange.None),
        [FindingAction.Reject] = new([Routed, Accepted], Rejected, FindingParty.Owner, true, TermChange.None),
        [FindingAction.Verify] = new([Accepted, Coordinated], Verifying, FindingParty.Owner, false, TermChange.None),
        [FindingAction.Ask] = new([Accepted, Verifying], Unspecified, FindingParty.Owner, true, TermChange.Pause),
        [FindingAction.Answer] = new([Accepted, Verifying], Unspecified, FindingParty.Raiser, true, TermChange.Continue),
        [FindingAction.Correct] = new([Verifying], Corrected, FindingParty.Owner, false, TermChange.None),
        [FindingAction.ConfirmCorrect] = new([Verifying], ConfirmedCorrect, FindingParty.Owner, true, TermChange.None),
        [FindingAction.FeedBack] = new([Corrected, ConfirmedCorrect, Rejected], FedBack, FindingParty.OwnerOrOperator, false, TermChange.None),
        [FindingAction.Close] = new([FedBack], Closed, FindingParty.RaiserOrOperator, false, TermChange.None),
        [FindingAction.Dispute] = new([Corrected, ConfirmedCorrect, Rejected, FedBack], Disputed, FindingParty.Raiser, true, TermChange.None),
        [FindingAction.Coordinate] = new([Disputed], Coordinated, FindingParty.Operator, true, TermChange.Begin),
        [FindingAction.Reopen] = new([Closed], Raised, FindingParty.RaiserOrOperator, true, TermChange.None),
        [FindingAction.Supervise] = new([Routed, Accepted, Verifying, Coordinated], Unspecified, FindingParty.Operator, false, TermChange.None),
    }.ToFrozenDictionary();

    /// <summary>The row of an action; null when callers never take it.</summary>
    public static FindingMove? Of(FindingAction action) => Table.GetValueOrDefault(action);

    /// <summary>The actions that callers may take in a state, in words.</summary>
    public static (string Zh, string En) TextOf(FindingState state)
    {
        var taken = Table.Where(row => row.Value.From.Contains(state)).OrderBy(row => row.Key).ToList();
        return (
            string.Join("、", taken.Select(row => $"{FindingActionText.Of(row.Key)} {FindingCode.Of(row.Key)}({ZhOf(row.Value.Party)})")),
            string.Join(", ", taken.Select(row => $"{FindingCode.Of(row.Key)} ({EnOf(row.Value.Party)})")));
    }

    private static string ZhOf(FindingParty party) => party switch
    {
        FindingParty.Owner => "责任单位",
        FindingParty.Raiser => "提出方",
        FindingParty.Operator => "市科技局",
        FindingParty.RaiserOrOperator => "提出方或市科技局",
        _ => "责任单位或市科技局",
    };

    private static string EnOf(FindingParty party) => party switch
    {
        FindingParty.Owner => "owner",
        FindingParty.Raiser => "raiser",
        FindingParty.Operator => "bureau",
        FindingParty.RaiserOrOperator => "raiser or bureau",
        _ => "owner or bureau",
    };
}
