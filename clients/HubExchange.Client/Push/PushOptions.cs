namespace HubExchange.Client.Push;

/// <summary>How a push stream behaves. Every limit is bounded.</summary>
public sealed record PushOptions
{
    /// <summary>Name of the stream, 1-64 of <c>a-z 0-9 . _ -</c>. One connection at a time per (source, stream). <c>sdk</c> unless set.</summary>
    public string Stream { get; init; } = "sdk";

    /// <summary>Changes per frame, 1-1,000; the hub may allow fewer. 500 unless set.</summary>
    public int BatchSize { get; init; } = 500;

    /// <summary>Shortest pause before connecting again. 0.5 seconds unless set.</summary>
    public TimeSpan MinDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest pause before connecting again. 60 seconds unless set.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long to go on connecting without a single new acknowledgement. 10 minutes unless set.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Keep trying when even the first connection fails. False unless set: a person wants to hear of a wrong address at once.
    /// </summary>
    public bool WaitForHub { get; init; }

    /// <summary>
    /// Highest sequence this program has ever given out on the stream, 0 before the first; null unless it keeps that across restarts. When
    /// the hub has more, the program was restored from an older copy, and the hub refuses it (STREAM_REWOUND): take a new stream name.
    /// </summary>
    public long? LastSequence { get; init; }

    /// <summary>What the source answers for when the hub reconciles; the session keeps it current. Null unless set: nobody attends.</summary>
    public Reconciliation.AttendedRecords? Attended { get; init; }

    /// <summary>Most refused changes kept for the result; later ones are counted only. 10,000 unless set.</summary>
    public int MaxRejected { get; init; } = 10_000;
}
