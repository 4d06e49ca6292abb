namespace HubExchange.Server.Reconciliation;

/// <summary>Deletions and forks that somebody of the bureau approved.</summary>
/// <param name="Id">The reconciliation that waited.</param>
/// <param name="By">Who.</param>
/// <param name="Revisions">The records, with the revision each had then.</param>
internal sealed record Approval(long Id, string By, IReadOnlyDictionary<string, long> Revisions)
{
    /// <summary>Whether it covers a difference: the record is still as it was.</summary>
    public bool Holds(FoundDifference difference) =>
        Revisions.TryGetValue(difference.Key, out var revision) && revision == difference.HubRevision;
}
