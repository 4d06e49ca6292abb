using System.Diagnostics;

namespace HubExchange.Server.Signals;

/// <summary>
/// A batch being written, as metrics and traces see it: its time, its size, and the calls its frames came by. Neither names a record.
/// </summary>
internal sealed class BatchSignal : IDisposable
{
    /// <summary>Name of the activity source of the hub's own spans.</summary>
    public const string Activities = "HubExchange";

    // A batch may hold frames of hundreds of streams; these are enough to find the way back.
    private const int MaxLinks = 16;

    private static readonly ActivitySource Source = new(Activities);

    private readonly HubMetrics _metrics;
    private readonly Activity? _activity;
    private readonly int _changes;
    private readonly long _began;

    private BatchSignal(HubMetrics metrics, Activity? activity, int changes)
    {
        _metrics = metrics;
        _activity = activity;
        _changes = changes;
        _began = metrics.Now;
    }

    /// <summary>Begins a batch. Dispose the result when it is committed or given up.</summary>
    /// <param name="metrics">Where it is counted.</param>
    /// <param name="changes">Changes in it.</param>
    /// <param name="origins">Where its frames come from, one a frame; empty ones when nobody traces.</param>
    public static BatchSignal Begin(HubMetrics metrics, int changes, IReadOnlyList<ActivityContext> origins) =>
        new(metrics, Source.HasListeners() ? Start(changes, origins) : null, changes);

    /// <summary>Marks the batch as one of which nothing was committed.</summary>
    public void Fail()
    {
        _activity?.SetStatus(ActivityStatusCode.Error);
        _metrics.BatchFailed();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _metrics.Batch(_began, _changes);
        _activity?.Dispose();
    }

    // Frames of one call make a part of that call; a batch of several belongs to none and points to them.
    private static Activity? Start(int changes, IReadOnlyList<ActivityContext> origins)
    {
        var calls = origins.Where(origin => origin != default).Distinct().Take(MaxLinks).ToList();
        var activity = calls is [var only]
            ? Source.StartActivity("ingest batch", ActivityKind.Internal, only)
            : Source.StartActivity("ingest batch", ActivityKind.Internal, default(ActivityContext), links: calls.Select(call => new ActivityLink(call)));
        activity?.SetTag("hub.batch.frames", origins.Count);
        activity?.SetTag("hub.batch.changes", changes);
        return activity;
    }
}
