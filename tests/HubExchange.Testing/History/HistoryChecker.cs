namespace HubExchange.Testing.History;

/// <summary>
/// Compares what clients were told with what the hub holds, and names every broken promise. Time grows linearly with the history: the
/// order of the changes of a record is known, so nothing has to be searched for.
/// </summary>
public static class HistoryChecker
{
    private static readonly Func<Evidence, IEnumerable<Anomaly>>[] Checks =
    [
        FrameChecks.UnknownFrames,
        FrameChecks.Progress,
        FrameChecks.Forks,
        FrameChecks.Fencing,
        FrameChecks.FrameCounts,
        FrameChecks.AckCounts,
        RecordChecks.Versions,
        RecordChecks.Strangers,
        RecordChecks.Repetitions,
        RecordChecks.Current,
        RecordChecks.Times,
        RecordChecks.Content,
        QuarantineChecks.Partition,
        QuarantineChecks.WithoutKey,
        QuarantineChecks.Strangers,
        QuarantineChecks.Announced,
        UnaryChecks.Answers,
        UnaryChecks.InternalErrors,
        ConsolidationCheck.OneForEachKey,
        ConsolidationCheck.Versions,
        FeedChecks.Complete,
        FeedChecks.Order,
        FeedChecks.Consolidated,
        FeedChecks.Chained,
    ];

    /// <summary>Finds every anomaly.</summary>
    /// <param name="history">Everything that was sent to the hub of the dumped type.</param>
    /// <param name="dump">What it holds once nothing is under way any more.</param>
    /// <exception cref="ArgumentException">A record is written by several streams of its source.</exception>
    public static IReadOnlyList<Anomaly> Check(PushHistory history, HubDump dump)
    {
        var evidence = new Evidence(history, dump);
        return [.. Checks.SelectMany(check => check(evidence))];
    }
}
