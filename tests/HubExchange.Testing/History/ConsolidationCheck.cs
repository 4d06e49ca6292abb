namespace HubExchange.Testing.History;

/// <summary>What has to hold for consolidated views.</summary>
internal static class ConsolidationCheck
{
    /// <summary>Of the living rows of a key exactly the best-ranked one is consolidated; of a dead key none is.</summary>
    public static IEnumerable<Anomaly> OneForEachKey(Evidence evidence)
    {
        foreach (var rows in evidence.Dump.Rows.Where(row => row.IsCurrent).GroupBy(row => row.Key))
        {
            var chosen = rows.Where(row => row.IsConsolidated).ToList();
            var best = rows.Where(row => !row.IsDeleted).OrderBy(row => row.Rank).ThenBy(row => row.Source, StringComparer.Ordinal).FirstOrDefault();
            if (chosen.Count != (best is null ? 0 : 1) || (chosen is [var only] && only != best))
            {
                yield return new Anomaly(
                    AnomalyKind.Consolidation,
                    best?.Source ?? "",
                    rows.Key,
                    $"{chosen.Count} rows are consolidated ({string.Join(", ", chosen.Select(row => row.Source))}), best is '{best?.Source}'");
            }
        }
    }
}
