namespace HubExchange.Testing.History;

/// <summary>What has to hold for the versions of each record.</summary>
internal static class RecordChecks
{
    /// <summary>Lost ack, atomicity, regression: each version that has to be there is there, under its own number.</summary>
    public static IEnumerable<Anomaly> Versions(Evidence evidence)
    {
        foreach (var record in evidence.Records.Values)
        {
            var stored = record.Rows.ToLookup(row => row.Revision, row => row.Hash);
            var hashes = record.Rows.Select(row => row.Hash).ToHashSet();
            for (var i = 0; i < record.Expected.Count; i++)
            {
                var version = record.Expected[i];
                if (stored[i + 1].Contains(version.Hash))
                {
                    continue;
                }

                if (!stored[i + 1].Any() || !hashes.Contains(version.Hash))
                {
                    yield return record.Anomaly(
                        version.IsAcknowledged ? AnomalyKind.LostAck : AnomalyKind.Atomicity,
                        $"revision {i + 1}, '{version.Marker}' of frame {version.Sequence}, is missing");
                }

                if (stored[i + 1].Any(record.IsExpected))
                {
                    yield return record.Anomaly(AnomalyKind.Regression, $"revision {i + 1} is not '{version.Marker}' but another version");
                }
            }
        }
    }

    /// <summary>Phantom, fork, fenced write, part of a frame, refused content: nothing else is stored.</summary>
    public static IEnumerable<Anomaly> Strangers(Evidence evidence) =>
        from record in evidence.Records.Values
        from row in record.Rows
        where !record.IsExpected(row.Hash)
        select record.Anomaly(
            record.Quarantined.Contains(row.Hash) ? AnomalyKind.QuarantinePartition
                : record.NotCommitted.GetValueOrDefault(row.Hash, AnomalyKind.Phantom),
            $"revision {row.Revision} holds {(row.IsDeleted ? "a tombstone" : row.Hash)}, which should not be stored");

    /// <summary>Duplicate effect: no number twice, no content twice in a row, no more versions than changes.</summary>
    public static IEnumerable<Anomaly> Repetitions(Evidence evidence)
    {
        foreach (var record in evidence.Records.Values)
        {
            for (var i = 1; i < record.Rows.Count; i++)
            {
                var (earlier, later) = (record.Rows[i - 1], record.Rows[i]);
                if (earlier.Revision == later.Revision)
                {
                    yield return record.Anomaly(AnomalyKind.DuplicateEffect, $"revision {later.Revision} is there twice");
                }
                else if (earlier.Hash == later.Hash && earlier.IsDeleted == later.IsDeleted)
                {
                    yield return record.Anomaly(AnomalyKind.DuplicateEffect, $"revisions {earlier.Revision} and {later.Revision} are equal");
                }
            }

            foreach (var row in record.Rows.Where(row => row.Revision > record.Expected.Count && record.IsExpected(row.Hash)))
            {
                yield return record.Anomaly(AnomalyKind.DuplicateEffect, $"revision {row.Revision} goes beyond the {record.Expected.Count} changes");
            }

            if (record.Rows is [{ Revision: < 1 } first, ..])
            {
                yield return record.Anomaly(AnomalyKind.Phantom, $"there is no revision {first.Revision}");
            }
        }
    }

    /// <summary>Regression: exactly one row is current, and it is the last version.</summary>
    public static IEnumerable<Anomaly> Current(Evidence evidence)
    {
        foreach (var record in evidence.Records.Values.Where(record => record.Rows.Count > 0))
        {
            var current = record.Rows.FindAll(row => row.IsCurrent);
            if (current.Count != 1)
            {
                yield return record.Anomaly(
                    current.Count == 0 ? AnomalyKind.LostAck : AnomalyKind.DuplicateEffect, $"{current.Count} rows are current");
            }
            else if (current[0].Revision != record.Rows[^1].Revision)
            {
                yield return record.Anomaly(
                    AnomalyKind.Regression, $"revision {current[0].Revision} is current, though there is {record.Rows[^1].Revision}");
            }
        }
    }

    /// <summary>Broken history: a version ends when the next one begins, and no version is a tombstone with content.</summary>
    public static IEnumerable<Anomaly> Times(Evidence evidence)
    {
        foreach (var record in evidence.Records.Values)
        {
            for (var i = 1; i < record.Rows.Count; i++)
            {
                if (record.Rows[i - 1].SupersededAt != record.Rows[i].RecordedAt)
                {
                    yield return record.Anomaly(
                        AnomalyKind.BrokenHistory,
                        $"revision {record.Rows[i - 1].Revision} does not end when {record.Rows[i].Revision} begins");
                }
            }
        }
    }

    /// <summary>Content differs: the stored hash is that of the stored content.</summary>
    public static IEnumerable<Anomaly> Content(Evidence evidence) =>
        from record in evidence.Records.Values
        from row in record.Rows
        where row.Hash != row.ContentHash || row.IsDeleted != (row.Hash.Length == 0)
        select record.Anomaly(AnomalyKind.ContentDiffers, $"revision {row.Revision} says {row.Hash}, its content {row.ContentHash}");
}
