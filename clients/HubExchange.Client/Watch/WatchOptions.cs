using HubExchange.V1;

namespace HubExchange.Client.Watch;

/// <summary>What to watch, and how.</summary>
public sealed record WatchOptions
{
    /// <summary>Type ids; empty means all.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>Only records that match; empty means all. The language is that of <see cref="HubClient.ListAsync(string, RecordQuery?, CancellationToken)"/>.</summary>
    public string Filter { get; init; } = "";

    /// <summary>Only records that stand in this reporting unit; empty means any.</summary>
    public string ReportingUnit { get; init; } = "";

    /// <summary>Only records that stand in this zone, park, base or carrier; empty means any.</summary>
    public string Zone { get; init; } = "";

    /// <summary>What this node reported; <c>-</c> means what every node reported; empty means consolidated records.</summary>
    public string Source { get; init; } = "";

    /// <summary>Fields to return, by path; empty means all.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>
    /// Goes on after this position, which <see cref="WatchBatch.Position"/> told and was stored with the effect of the batch; null begins
    /// as <see cref="Start"/> says.
    /// </summary>
    public long? After { get; init; }

    /// <summary>Goes on after this <see cref="WatchBatch.ResumeToken"/>, in place of <see cref="After"/>; null for none.</summary>
    public string? ResumeToken { get; init; }

    /// <summary>Where to begin without a position: now, or with every selected record as it is.</summary>
    public WatchStart Start { get; init; } = WatchStart.Now;

    /// <summary>
    /// Begins again with the state when the hub does not keep the changes after the position any more, its database has gone back to an older
    /// backup, or the selection has come to mean something else. Otherwise the watch ends with the hub's error.
    /// </summary>
    public bool RestartsWithState { get; init; } = true;

    /// <summary>Events that are gathered for one <see cref="WatchBatch"/> of changes at most; a larger transaction ends the watch.</summary>
    public int MaxBatchEvents { get; init; } = 1_000_000;

    /// <summary>Shortest pause before connecting again.</summary>
    public TimeSpan MinPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest pause before connecting again, unless the hub asks for a longer one.</summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromSeconds(30);
}
