namespace HubExchange.Testing.History;

/// <summary>What has to hold for the change feed.</summary>
internal static class FeedChecks
{
    /// <summary>Every stored version is announced, and nothing else is.</summary>
    public static IEnumerable<Anomaly> Complete(Evidence evidence)
    {
        var stored = RowsOf(evidence).ToDictionary(row => (row.Key, row.Source, row.Revision), row => row.IsDeleted);
        var announced = evidence.Dump.Changes.Select(change => (change.Key, change.Source, change.Revision)).ToHashSet();
        foreach (var (version, _) in stored.Where(version => !announced.Contains(version.Key)))
        {
            yield return new Anomaly(AnomalyKind.WrongFeed, version.Source, version.Key, $"revision {version.Revision} is not in the feed");
        }

        foreach (var change in evidence.Dump.Changes)
        {
            if (!stored.TryGetValue((change.Key, change.Source, change.Revision), out var isDeleted) || isDeleted != change.IsDeletion)
            {
                yield return new Anomaly(
                    AnomalyKind.WrongFeed, change.Source, change.Key, $"position {change.Position} announces revision {change.Revision}, which is not stored so");
            }
        }
    }

    /// <summary>
    /// Revisions of a record come in order and once. Only a record that consolidated views show again, because the others are gone, may
    /// come a second time.
    /// </summary>
    public static IEnumerable<Anomaly> Order(Evidence evidence)
    {
        foreach (var changes in evidence.Dump.Changes.OrderBy(change => change.Position).GroupBy(change => (change.Key, change.Source)))
        {
            var last = 0L;
            foreach (var change in changes)
            {
                if (change.Revision < last || (change.Revision == last && !change.ChangesConsolidated))
                {
                    yield return new Anomaly(
                        AnomalyKind.WrongFeed, change.Source, change.Key, $"position {change.Position} announces revision {change.Revision} after {last}");
                }

                last = change.Revision;
            }
        }
    }

    /// <summary>Who follows only what concerns consolidated views ends up with what they show.</summary>
    public static IEnumerable<Anomaly> Consolidated(Evidence evidence)
    {
        var shown = RowsOf(evidence).Where(row => row is { IsCurrent: true, IsConsolidated: true }).ToLookup(row => row.Key);
        foreach (var changes in evidence.Dump.Changes.GroupBy(change => change.Key))
        {
            var last = changes.Where(change => change.ChangesConsolidated).MaxBy(change => change.Position);
            var followed = last is null or { IsDeletion: true } ? null : $"{last.Source}/{last.Revision}";
            var row = shown[changes.Key].FirstOrDefault();
            var actual = row is null ? null : $"{row.Source}/{row.Revision}";
            if (followed != actual)
            {
                yield return new Anomaly(AnomalyKind.WrongFeed, last?.Source ?? "", changes.Key, $"the feed shows {followed ?? "nothing"}, views {actual ?? "nothing"}");
            }
        }
    }

    /// <summary>
    /// What changes consolidated views names the version they showed until then, so that who knows only the entries knows what went and
    /// what came.
    /// </summary>
    public static IEnumerable<Anomaly> Chained(Evidence evidence)
    {
        foreach (var changes in evidence.Dump.Changes.Where(change => change.ChangesConsolidated).OrderBy(change => change.Position).GroupBy(change => change.Key))
        {
            string? shown = null;
            foreach (var change in changes)
            {
                if (change.Previous != shown)
                {
                    yield return new Anomaly(
                        AnomalyKind.WrongFeed, change.Source, change.Key, $"position {change.Position} replaces {change.Previous ?? "nothing"}, shown was {shown ?? "nothing"}");
                }

                shown = change.IsDeletion ? null : $"{change.Source}/{change.Revision}";
            }
        }
    }

    private static IEnumerable<DumpRow> RowsOf(Evidence evidence) =>
        evidence.Dump.Rows.Concat(evidence.Dump.HubRows).DistinctBy(row => (row.Key, row.Source, row.Revision));
}
