namespace HubExchange.Testing.History;

/// <summary>What has to hold for consolidated views.</summary>
internal static class ConsolidationCheck
{
    /// <summary>
    /// A key that lives at one source is shown as that source has it; one that lives at several as the hub consolidated it, which is what
    /// the best-ranked source says, since all sources of a history fill in the same fields. A dead key is not shown.
    /// </summary>
    public static IEnumerable<Anomaly> OneForEachKey(Evidence evidence)
    {
        var hubs = evidence.Dump.HubRows.Where(row => row.IsCurrent).ToLookup(row => row.Key);
        foreach (var rows in evidence.Dump.Rows.Where(row => row.IsCurrent).GroupBy(row => row.Key))
        {
            var living = rows.Where(row => !row.IsDeleted).OrderBy(row => row.Rank).ThenBy(row => row.Source, StringComparer.Ordinal).ToList();
            var expected = living.Count > 1 ? hubs[rows.Key].SingleOrDefault(row => !row.IsDeleted) : living.SingleOrDefault();
            var shown = rows.Concat(hubs[rows.Key]).Where(row => row.IsConsolidated).ToList();
            if (shown.Count != (living.Count == 0 ? 0 : 1) || (shown is [var only] && (only != expected || only.ContentHash != living[0].ContentHash)))
            {
                yield return new Anomaly(
                    AnomalyKind.WrongConsolidation,
                    expected?.Source ?? "",
                    rows.Key,
                    $"{shown.Count} rows are shown ({string.Join(", ", shown.Select(row => row.Source))}) of {living.Count} living sources");
            }
        }
    }

    /// <summary>The hub's own records have one unbroken history each.</summary>
    public static IEnumerable<Anomaly> Versions(Evidence evidence)
    {
        foreach (var rows in evidence.Dump.HubRows.GroupBy(row => row.Key))
        {
            var versions = rows.OrderBy(row => row.Revision).ToList();
            for (var i = 0; i < versions.Count; i++)
            {
                var isLast = i == versions.Count - 1;
                if (versions[i].Revision != i + 1 ||
                    versions[i].IsCurrent != isLast ||
                    versions[i].Hash != versions[i].ContentHash ||
                    (!isLast && versions[i].SupersededAt != versions[i + 1].RecordedAt))
                {
                    yield return new Anomaly(
                        AnomalyKind.WrongConsolidation, versions[i].Source, rows.Key, $"version {i + 1} of {versions.Count} does not join the others");
                }
            }
        }
    }
}
