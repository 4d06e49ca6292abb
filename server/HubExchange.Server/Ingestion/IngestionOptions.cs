using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Ingestion;

/// <summary>Limits of the push path.</summary>
internal sealed class IngestionOptions : IValidatableObject
{
    public const string Section = "Ingestion";

    public const int MinRate = 10;
    public const int MaxRate = 1_000_000_000;
    public const int MaxStreams = 10_000;

    /// <summary>Frames a client may have unacknowledged; one while frames wait for room (<see cref="MaxWaitingChanges"/>).</summary>
    [Range(1, 1000)]
    public int Credits { get; init; } = 8;

    /// <summary>Most changes in a frame.</summary>
    [Range(1, 10_000)]
    public int MaxChanges { get; init; } = 1_000;

    /// <summary>Most bytes in a frame.</summary>
    [Range(1_024, 4 * 1024 * 1024)]
    public int MaxFrameBytes { get; init; } = 1024 * 1024;

    /// <summary>Seconds a new stream may stay silent before its hello.</summary>
    [Range(1, 3_600)]
    public int HelloTimeoutSeconds { get; init; } = 30;

    /// <summary>
    /// How long a stream may stay without a frame before it is closed, which costs the source nothing: it connects again when it has
    /// something to send.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan StreamIdleTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Records a second of one source, over all its streams and calls. Far above what a county sends on the last day of a year.</summary>
    [Range(MinRate, MaxRate)]
    public int RecordsPerSecond { get; init; } = 100_000;

    /// <summary>Bytes a second of one source, over all its streams and calls.</summary>
    [Range(MinRate, MaxRate)]
    public int BytesPerSecond { get; init; } = 64 * 1024 * 1024;

    /// <summary>Seconds of its rate that a source may send at once after a pause.</summary>
    [Range(1, 60)]
    public int BurstSeconds { get; init; } = 2;

    /// <summary>Push streams a source may have open.</summary>
    [Range(1, MaxStreams)]
    public int StreamsPerSource { get; init; } = 64;

    /// <summary>Sources with limits of their own, by node id.</summary>
    public Dictionary<string, SourceLimitOptions> Sources { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Transactions that write at the same time. More than two or three per processor core only adds waiting.</summary>
    [Range(1, 16)]
    public int Lanes { get; init; } = 4;

    /// <summary>
    /// Changes that share a transaction at most; a single larger frame still goes through. More of them save little of the database's time,
    /// and cost the collector more: what is being written outlives the young generation.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxBatchChanges { get; init; } = 1_000;

    /// <summary>Changes of all sources that are checked and not yet committed; beyond that readers wait, and with them the senders. Some 2 kB each.</summary>
    [Range(10_000, 10_000_000)]
    public int MaxWaitingChanges { get; init; } = 20_000;

    /// <summary>
    /// Days that the digests of committed frames are kept, which tell a replay from a fork; an older frame that comes again is acknowledged
    /// unchecked. The last one of each stream stays.
    /// </summary>
    [Range(1, 36_500)]
    public int FrameDays { get; init; } = 90;

    /// <summary>
    /// New records of a type in a batch from which they are written by COPY: it takes far less of the database's time for a row, and a round
    /// trip more for a batch.
    /// </summary>
    [Range(1, 1_000_000)]
    public int CopyFrom { get; init; } = 200;

    /// <summary>Seconds until the list of divisions is read again.</summary>
    [Range(1, 3_600)]
    public int DivisionRefreshSeconds { get; init; } = 30;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (source, limits) in Sources)
        {
            var mistakes = new List<ValidationResult>();
            Validator.TryValidateObject(limits, new ValidationContext(limits), mistakes, validateAllProperties: true);
            foreach (var mistake in mistakes)
            {
                yield return new ValidationResult($"{nameof(Sources)}:{source}: {mistake.ErrorMessage}", [nameof(Sources)]);
            }
        }
    }
}

[OptionsValidator]
internal sealed partial class IngestionOptionsValidator : IValidateOptions<IngestionOptions>;
