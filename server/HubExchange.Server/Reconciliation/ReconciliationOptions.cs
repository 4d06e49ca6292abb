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

    /// <summary>Seconds for which an attendance counts at the other hubs without being renewed by its own, which does so three times as often.</summary>
    [Range(1, 3_600)]
    public int AttendanceLeaseSeconds { get; init; } = 30;

    /// <summary>Seconds from one look for reconciliations that a job asked for to the next.</summary>
    [Range(1, 3_600)]
    public int QueueSeconds { get; init; } = 5;

    /// <summary>Minutes after which such a reconciliation is given up when its source attends nowhere.</summary>
    [Range(1, 10_080)]
    public int QueueMinutes { get; init; } = 30;

    /// <summary>Reconciliations that this hub does at a time, whoever asked for them, each with two connections to the database and the memory of its records; others wait.</summary>
    [Range(1, 64)]
    public int MaxConcurrent { get; init; } = 4;

    /// <summary>Days that ended reconciliations and their differences are kept. Certificates, what waits and the last one of each source and type stay.</summary>
    [Range(1, 36_500)]
    public int HistoryDays { get; init; } = 400;

    /// <summary>Seconds after which digests in memory follow the feed, also without a heartbeat.</summary>
    [Range(1, 3_600)]
    public int FollowSeconds { get; init; } = 5;

    /// <summary>Seconds from one checkpoint of the digests in memory to the next; also how often one is written when sources come and go.</summary>
    [Range(1, 86_400)]
    public int CheckpointSeconds { get; init; } = 900;

    /// <summary>Most records of a source and type that have a checkpoint, 24 bytes each; 0 for none. Larger ones are read anew after a restart.</summary>
    [Range(0, 40_000_000)]
    public int CheckpointRecords { get; init; } = 4_000_000;

    /// <summary>Seconds from one look for notices that nodes have not been told yet to the next.</summary>
    [Range(1, 3_600)]
    public int NoticeSeconds { get; init; } = 5;

    /// <summary>Days that notices are kept, told or not.</summary>
    [Range(1, 3_650)]
    public int NoticeDays { get; init; } = 60;

    /// <summary>Days before the end of its certificate from which an attending node is told to renew it; 0 for never.</summary>
    [Range(0, 3_650)]
    public int CertificateNoticeDays { get; init; } = 30;

    /// <summary>Fewest coded symbols asked for first; they also tell about how many records differ.</summary>
    [Range(8, 4_096)]
    public int FirstCells { get; init; } = 32;

    /// <summary>
    /// Most coded symbols asked for first, when much was pushed since both sides were equal last or they never were: enough to find a hundred
    /// updates in one round trip with less than 8 kB. More only when the counts of both sides say that more differs.
    /// </summary>
    [Range(8, 150_000)]
    public int BurstCells { get; init; } = 340;

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
