using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Signals;

/// <summary>What the hub tells about itself, and when it stops taking data for want of disk space.</summary>
internal sealed class SignalsOptions
{
    public const string Section = "Signals";

    /// <summary>How often figures that stand in the database are read for <c>/metrics</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan SamplePeriod { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long reading them may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan SampleTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Combinations of source, type and result that a metric tells apart; further ones are added up without labels.</summary>
    [Range(100, 1_000_000)]
    public int MaxSeries { get; init; } = 10_000;

    /// <summary>Folder whose disk is watched. Empty: the data folder when the hub has its private PostgreSQL, else none.</summary>
    public string DiskFolder { get; init; } = "";

    /// <summary>Free part of the disk below which pushes are refused.</summary>
    [Range(0.0, 0.9)]
    public double DiskMinFreeRatio { get; init; } = 0.02;

    /// <summary>Free bytes below which pushes are refused. Enough for what PostgreSQL writes until it notices.</summary>
    [Range(0L, long.MaxValue)]
    public long DiskMinFreeBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Pushes are taken again when there is this many times as much space, so that the hub does not waver.</summary>
    [Range(1.0, 10.0)]
    public double DiskResumeFactor { get; init; } = 1.1;

    /// <summary>How often the disk is looked at.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan DiskPeriod { get; init; } = TimeSpan.FromSeconds(2);
}

[OptionsValidator]
internal sealed partial class SignalsOptionsValidator : IValidateOptions<SignalsOptions>;
