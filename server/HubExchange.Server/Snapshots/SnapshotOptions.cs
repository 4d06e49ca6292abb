using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Snapshots;

/// <summary>What a snapshot may delete by itself, and how long one is kept.</summary>
internal sealed class SnapshotOptions
{
    public const string Section = "Snapshots";

    /// <summary>Records that a snapshot may delete without approval, however few the source has.</summary>
    [Range(0, 1_000_000)]
    public int FreeDeletions { get; init; } = 100;

    /// <summary>Percent of the source's records of the type that a snapshot may delete without approval, when that is more.</summary>
    [Range(0.0, 100.0)]
    public double FreePercent { get; init; } = 1;

    /// <summary>Most records deleted at a time; an approval deletes so many in a transaction.</summary>
    [Range(1, 10_000)]
    public int DeletionBatch { get; init; } = 1_000;

    /// <summary>
    /// Seconds that finding what is missing may take. Ten million records take about a minute, in which the source, and whoever shares its
    /// lane, waits.
    /// </summary>
    [Range(10, 86_400)]
    public int EndTimeoutSeconds { get; init; } = 600;

    /// <summary>Days without a frame after which an open snapshot is abandoned.</summary>
    [Range(1, 3_650)]
    public int IdleDays { get; init; } = 7;

    /// <summary>Days after which closed snapshots are forgotten; about three years unless set.</summary>
    [Range(1, 36_500)]
    public int ClosedRetentionDays { get; init; } = 1_100;

    /// <summary>Most snapshots abandoned, finished or forgotten in a step of the keeper.</summary>
    [Range(1, 100_000)]
    public int KeeperBatch { get; init; } = 100;
}

[OptionsValidator]
internal sealed partial class SnapshotOptionsValidator : IValidateOptions<SnapshotOptions>;
