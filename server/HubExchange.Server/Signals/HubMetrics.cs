using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using HubExchange.V1;

namespace HubExchange.Server.Signals;

/// <summary>
/// The hub's own metrics. Their labels are sources, which are registered nodes, types of the contract, and words of this program;
/// never anything a caller makes up.
/// </summary>
internal sealed class HubMetrics
{
    public const string Meter = "HubExchange";

    /// <summary>Instruments with a series for each source and type.</summary>
    public static readonly string[] PerSourceAndType = ["hub.ingest.records", "hub.quarantine.open"];

    private static readonly InstrumentAdvice<double> BatchSeconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    private static readonly InstrumentAdvice<int> BatchRecords = new()
    {
        HistogramBucketBoundaries = [1, 10, 100, 500, 1_000, 2_000, 4_000, 8_000],
    };

    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly Counter<long> _records;
    private readonly Histogram<double> _batchSeconds;
    private readonly Histogram<int> _batchRecords;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _forks;
    private readonly Counter<long> _rejected;
    private readonly Counter<double> _waited;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _lastCommits = new();

    public HubMetrics(IMeterFactory meters, TimeProvider time)
    {
        _meter = meters.Create(Meter);
        _time = time;
        _records = _meter.CreateCounter<long>("hub.ingest.records", null, "Changes by what became of them.");
        _batchSeconds = _meter.CreateHistogram("hub.ingest.batch", "s", "Time a batch took to be written and committed.", advice: BatchSeconds);
        _batchRecords = _meter.CreateHistogram("hub.ingest.batch.records", null, "Changes in a batch.", advice: BatchRecords);
        _failures = _meter.CreateCounter<long>("hub.ingest.batch.failures", null, "Batches of which nothing was committed.");
        _forks = _meter.CreateCounter<long>("hub.sequence.forks", null, "Frames refused because their sequence was committed with other content.");
        _rejected = _meter.CreateCounter<long>("hub.quota.rejected", null, "Pushes and streams refused by a limit of their source.");
        _waited = _meter.CreateCounter<double>("hub.quota.wait", "s", "Time that streams were read more slowly because of a limit of their source.");
        _meter.CreateObservableGauge(
            "hub.source.last_ok_timestamp", LastCommits, null, "When something of the source was last committed, in seconds since 1970.");
        _meter.CreateObservableGauge("hub.source.lag", Lags, "s", "Time since something of the source was last committed.");
    }

    /// <summary>Timestamp of this moment, for <see cref="Batch"/>.</summary>
    public long Now => _time.GetTimestamp();

    /// <summary>Counts a committed frame.</summary>
    public void Committed(string source, string type, PushCounts counts)
    {
        Count("stored", counts.Stored);
        Count("unchanged", counts.Unchanged);
        Count("deleted", counts.Deleted);
        Count("quarantined", counts.Quarantined);
        SawCommit(source, _time.GetUtcNow());

        void Count(string result, long changes)
        {
            if (changes > 0)
            {
                _records.Add(changes, new("source", source), new("type", type), new("result", result));
            }
        }
    }

    /// <summary>Counts a batch, also one that failed.</summary>
    /// <param name="began">Timestamp of its begin.</param>
    /// <param name="changes">Its changes.</param>
    public void Batch(long began, int changes)
    {
        _batchSeconds.Record(_time.GetElapsedTime(began).TotalSeconds);
        _batchRecords.Record(changes);
    }

    /// <summary>Counts a batch of which nothing was committed.</summary>
    public void BatchFailed() => _failures.Add(1);

    /// <summary>Remembers the latest commit of a source.</summary>
    public void SawCommit(string source, DateTimeOffset at) =>
        _lastCommits.AddOrUpdate(source, at, (_, known) => at > known ? at : known);

    /// <summary>Counts a frame whose sequence was committed with other content.</summary>
    public void Forked(string source) => _forks.Add(1, new KeyValuePair<string, object?>("source", source));

    /// <summary>Counts a refusal by a limit of a source.</summary>
    public void Rejected(string source, string limit) => _rejected.Add(1, new("source", source), new("limit", limit));

    /// <summary>Counts the time a stream was held back by a limit of its source.</summary>
    public void Waited(string source, string limit, TimeSpan time) =>
        _waited.Add(time.TotalSeconds, new("source", source), new("limit", limit));

    /// <summary>Shows the open streams of each source.</summary>
    public void ObserveStreams(Func<IReadOnlyList<(string Source, int Streams)>> read) => _meter.CreateObservableGauge(
        "hub.streams",
        () => read().Select(row => new Measurement<int>(row.Streams, new KeyValuePair<string, object?>("source", row.Source))),
        null,
        "Open push streams.");

    /// <summary>Shows the open changes in quarantine of each source and type.</summary>
    public void ObserveQuarantine(Func<IReadOnlyList<(string Source, string Type, long Open)>> read) => _meter.CreateObservableGauge(
        "hub.quarantine.open",
        () => read().Select(row => new Measurement<long>(row.Open, new("source", row.Source), new("type", row.Type))),
        null,
        "Open changes in quarantine, as read last.");

    /// <summary>Shows the open watches.</summary>
    public void ObserveWatchers(Func<int> read) => _meter.CreateObservableGauge("hub.watchers", read, null, "Open watches.");

    /// <summary>Shows how far the watches are behind the feed.</summary>
    public void ObserveFeedLag(Func<double> read) => _meter.CreateObservableGauge(
        "hub.feed.horizon_lag", read, "s", "Age of the oldest change that has not been handed to the watches.");

    /// <summary>Shows how long the certificates of the hub are valid.</summary>
    public void ObserveCertificates(params IReadOnlyList<(string Certificate, DateTimeOffset NotAfter)> certificates) =>
        _meter.CreateObservableGauge(
            "hub.cert.expiry_days",
            () => certificates.Select(row => new Measurement<double>(
                (row.NotAfter - _time.GetUtcNow()).TotalDays, new KeyValuePair<string, object?>("certificate", row.Certificate))),
            null,
            "Days until a certificate of the hub ends.");

    /// <summary>Shows the free space of the folder that is watched.</summary>
    public void ObserveDisk(Func<double> freeRatio, Func<bool> isFull)
    {
        _meter.CreateObservableGauge("hub.disk.free_ratio", freeRatio, null, "Free part of the disk that holds the data.");
        _meter.CreateObservableGauge("hub.disk.full", () => isFull() ? 1 : 0, null, "1 while pushes are refused for want of disk space.");
    }

    private IEnumerable<Measurement<double>> LastCommits() => _lastCommits.Select(
        pair => new Measurement<double>(pair.Value.ToUnixTimeMilliseconds() / 1000.0, new KeyValuePair<string, object?>("source", pair.Key)));

    private IEnumerable<Measurement<double>> Lags() => _lastCommits.Select(pair => new Measurement<double>(
        Math.Max(0, (_time.GetUtcNow() - pair.Value).TotalSeconds), new KeyValuePair<string, object?>("source", pair.Key)));
}
