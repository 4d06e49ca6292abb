using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Changes;

/// <summary>How the change feed is announced, read and kept.</summary>
internal sealed class FeedOptions
{
    public const string Section = "Feed";

    /// <summary>How long commits are gathered that are announced together to the other hubs of the database.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan DoorbellDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How often the feed is read though nothing was announced: what other hubs wrote while their announcements were lost.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan PollPeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Most entries that are read and handed out at a time.</summary>
    [Range(1, 100_000)]
    public int PageSize { get; init; } = 2_000;

    /// <summary>
    /// Entries of this hub's own commits that are kept in memory, with their records, until watches and digests have taken them. What does
    /// not fit is read from the database.
    /// </summary>
    [Range(0, 1_000_000)]
    public int RecentEntries { get; init; } = 20_000;

    /// <summary>Days for which entries are kept at least, unless there are more than <see cref="MaxEntries"/>.</summary>
    [Range(1, 36_500)]
    public int RetentionDays { get; init; } = 90;

    /// <summary>Entries that are kept at most, up to a partition. An entry takes about 150 bytes on disk.</summary>
    [Range(1, long.MaxValue)]
    public long MaxEntries { get; init; } = 200_000_000;

    /// <summary>Entries of a partition, which is dropped as a whole.</summary>
    [Range(1, 100_000_000)]
    public int PartitionEntries { get; init; } = 1_000_000;

    /// <summary>Entries for which there are partitions ahead. Far more than are written from one check to the next.</summary>
    [Range(1, 1_000_000_000)]
    public int EntriesAhead { get; init; } = 5_000_000;

    /// <summary>How often partitions are made and dropped.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RetentionPeriod { get; init; } = TimeSpan.FromMinutes(1);
}

[OptionsValidator]
internal sealed partial class FeedOptionsValidator : IValidateOptions<FeedOptions>;
