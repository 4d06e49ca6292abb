namespace HubExchange.Contracts.Reconciliation;

/// <summary>What two sets do not have in common.</summary>
/// <param name="OnlyTheirs">Elements only the other side has.</param>
/// <param name="OnlyOurs">Elements only this side has.</param>
public sealed record SetDifference(IReadOnlyList<Element> OnlyTheirs, IReadOnlyList<Element> OnlyOurs)
{
    /// <summary>How many elements differ.</summary>
    public int Count => OnlyTheirs.Count + OnlyOurs.Count;
}
