using System.Globalization;
using System.Threading.RateLimiting;
using Grpc.Core;
using HubExchange.Server.Errors;
using HubExchange.Server.Signals;
using HubExchange.V1;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Ingestion;

/// <summary>
/// How fast each source may send: token buckets for records and bytes, filled ten times a second. They only count what the hub has
/// read, so a source over its rate is slowed down by itself and nobody waits for it. Idle buckets are forgotten.
/// </summary>
internal sealed class SourceLimits(IOptions<IngestionOptions> options, HubMetrics metrics, TimeProvider time) : IDisposable
{
    private const string Records = "records";
    private const string Bytes = "bytes";
    private const int RefillsPerSecond = 10;

    private readonly PartitionedRateLimiter<string> _records = Buckets(source => RecordRate(options.Value, source), options.Value);
    private readonly PartitionedRateLimiter<string> _bytes = Buckets(source => ByteRate(options.Value, source), options.Value);

    /// <summary>Push streams a source may have open.</summary>
    public int StreamsOf(string source) => Own(options.Value, source)?.Streams ?? options.Value.StreamsPerSource;

    /// <summary>Takes a frame of a stream from what its source may send. Returns when the next one may be read.</summary>
    public async ValueTask WaitAsync(string source, int records, int bytes, CancellationToken cancellationToken)
    {
        await WaitAsync(_records, Records, source, Math.Min(records, Burst(RecordRate(options.Value, source), options.Value)), cancellationToken);
        await WaitAsync(_bytes, Bytes, source, Math.Min(bytes, Burst(ByteRate(options.Value, source), options.Value)), cancellationToken);
    }

    /// <summary>Takes a unary push from what its source may send.</summary>
    /// <exception cref="RpcException">RATE_LIMITED; nobody would hold back a caller that sends one call after the other.</exception>
    public void Take(string source, int records, int bytes)
    {
        Take(_records, Records, source, Math.Min(records, Burst(RecordRate(options.Value, source), options.Value)));
        Take(_bytes, Bytes, source, Math.Min(bytes, Burst(ByteRate(options.Value, source), options.Value)));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _records.Dispose();
        _bytes.Dispose();
    }

    // The tokens of a bucket that is full at the first frame: a burst, which a single frame may exceed only in a hub with odd settings;
    // such a frame costs the whole bucket.
    private static PartitionedRateLimiter<string> Buckets(Func<string, int> rateOf, IngestionOptions options) =>
        PartitionedRateLimiter.Create<string, string>(source => RateLimitPartition.GetTokenBucketLimiter(source, _ =>
            new TokenBucketRateLimiterOptions
            {
                TokenLimit = Burst(rateOf(source), options),
                TokensPerPeriod = Math.Max(1, rateOf(source) / RefillsPerSecond),
                ReplenishmentPeriod = TimeSpan.FromSeconds(1.0 / RefillsPerSecond),

                // As many wait as the source has streams, each with one frame.
                QueueLimit = int.MaxValue,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            }));

    private static int Burst(int rate, IngestionOptions options) => (int)Math.Min(int.MaxValue, (long)rate * options.BurstSeconds);

    private static int RecordRate(IngestionOptions options, string source) => Own(options, source)?.RecordsPerSecond ?? options.RecordsPerSecond;

    private static int ByteRate(IngestionOptions options, string source) => Own(options, source)?.BytesPerSecond ?? options.BytesPerSecond;

    private static SourceLimitOptions? Own(IngestionOptions options, string source) => options.Sources.GetValueOrDefault(source);

    private async ValueTask WaitAsync(
        PartitionedRateLimiter<string> buckets, string limit, string source, int tokens, CancellationToken cancellationToken)
    {
        var acquiring = buckets.AcquireAsync(source, tokens, cancellationToken);
        if (acquiring.IsCompletedSuccessfully)
        {
            acquiring.Result.Dispose();
            return;
        }

        var began = time.GetTimestamp();
        try
        {
            using var lease = await acquiring;
        }
        finally
        {
            metrics.Waited(source, limit, time.GetElapsedTime(began));
        }
    }

    private void Take(PartitionedRateLimiter<string> buckets, string limit, string source, int tokens)
    {
        using var lease = buckets.AttemptAcquire(source, tokens);
        if (lease.IsAcquired)
        {
            return;
        }

        metrics.Rejected(source, limit);
        throw HubErrors.Of(
            ErrorReason.RateLimited,
            lease.TryGetMetadata(MetadataName.RetryAfter, out var delay) ? delay : TimeSpan.FromSeconds(1),
            ("source", source),
            ("records", RecordRate(options.Value, source).ToString(CultureInfo.InvariantCulture)),
            ("bytes", ByteRate(options.Value, source).ToString(CultureInfo.InvariantCulture)));
    }
}
