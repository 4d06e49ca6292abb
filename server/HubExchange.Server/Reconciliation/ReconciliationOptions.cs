using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Reconciliation;

/// <summary>How hub and source are compared, and what is mended without asking.</summary>
internal sealed class ReconciliationOptions
{
    public const string Section = "Reconciliation";

    /// <summary>Seconds from one heartbeat of a source to the next.</summary>
    [Range(1, 86_400)]
    public int HeartbeatSeconds { get; init; } = 30;

    /// <summary>Seconds for a source to answer, and to come back when its connection broke.</summary>
    [Range(1, 3_600)]
    public int AnswerTimeoutSeconds { get; init; } = 60;

    /// <summary>A heartbeat that shows a difference starts a reconciliation.</summary>
    public bool RunOnDifference { get; init; } = true;

    /// <summary>Least seconds from one reconciliation that a heartbeat started to the next, per source and type.</summary>
    [Range(0, 86_400)]
    public int RunPauseSeconds { get; init; } = 300;

    /// <summary>Streams of one source that may attend at a time.</summary>
    [Range(1, 1_000)]
    public int AttendancesPerSource { get; init; } = 8;

    /// <summary>Coded symbols asked for first; they also tell about how many records differ.</summary>
    [Range(8, 4_096)]
    public int FirstCells { get; init; } = 32;

    /// <summary>Most coded symbols of a comparison, about 22 bytes each; beyond that the full list is taken.</summary>
    [Range(64, 150_000)]
    public int MaxCells { get; init; } = 131_072;

    /// <summary>Records in a part of the full list, six to seven bytes each.</summary>
    [Range(100, 400_000)]
    public int ManifestPart { get; init; } = 100_000;

    /// <summary>Records asked for or written at a time.</summary>
    [Range(1, 1_000)]
    public int RecordBatch { get; init; } = 500;

    /// <summary>Most records read at a time while the stored content is checked.</summary>
    [Range(1, 10_000)]
    public int CheckBatch { get; init; } = 1_000;

    /// <summary>Deletions and forks that are mended without approval, however few records the source has.</summary>
    [Range(0, 1_000_000)]
    public int FreeRepairs { get; init; } = 100;

    /// <summary>Percent of the source's records of the type that are, when that is more.</summary>
    [Range(0.0, 100.0)]
    public double FreePercent { get; init; } = 1;

    /// <summary>Most records of one source and type that are compared; about 150 bytes of memory each while it lasts.</summary>
    [Range(1_000, 100_000_000)]
    public int MaxRecords { get; init; } = 20_000_000;
}

[OptionsValidator]
internal sealed partial class ReconciliationOptionsValidator : IValidateOptions<ReconciliationOptions>;
