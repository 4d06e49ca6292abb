using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Watch;

/// <summary>Limits of watches.</summary>
internal sealed class WatchOptions
{
    public const string Section = "Watch";

    /// <summary>Watches open at a time; a further one is refused.</summary>
    [Range(1, 1_000_000)]
    public int MaxWatchers { get; init; } = 2_000;

    /// <summary>Watches of one caller.</summary>
    [Range(1, 1_000_000)]
    public int MaxWatchersPerCaller { get; init; } = 100;

    /// <summary>Bytes that wait for one watcher; one that falls behind further is ended and goes on after its last position.</summary>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int QueueBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>How long a watcher may take to accept a message.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a watcher hears nothing: then it gets a bookmark.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan BookmarkPeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most events of a message.</summary>
    [Range(1, 10_000)]
    public int MessageEvents { get; init; } = 500;

    /// <summary>Bytes of a message; it is larger by at most one record. Clients take 4 MiB unless told otherwise.</summary>
    [Range(1024, 3 * 1024 * 1024)]
    public int MessageBytes { get; init; } = 1024 * 1024;

    /// <summary>States that are read at a time, each with a connection to the database and its snapshot; further ones wait.</summary>
    [Range(1, 100)]
    public int MaxStateReads { get; init; } = 4;
}

[OptionsValidator]
internal sealed partial class WatchOptionsValidator : IValidateOptions<WatchOptions>;
