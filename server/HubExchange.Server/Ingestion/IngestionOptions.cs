using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Ingestion;

/// <summary>Limits of the push path.</summary>
internal sealed class IngestionOptions
{
    public const string Section = "Ingestion";

    /// <summary>Frames a client may have unacknowledged.</summary>
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

    /// <summary>Transactions that write at the same time. More than two or three per processor core only adds waiting.</summary>
    [Range(1, 16)]
    public int Lanes { get; init; } = 4;

    /// <summary>Changes that share a transaction at most; a single larger frame still goes through.</summary>
    [Range(1, 100_000)]
    public int MaxBatchChanges { get; init; } = 4_000;

    /// <summary>Frames that wait in a lane at most; beyond that readers wait, and with them the senders.</summary>
    [Range(1, 100_000)]
    public int MaxWaitingFrames { get; init; } = 256;

    /// <summary>Seconds until the list of divisions is read again.</summary>
    [Range(1, 3_600)]
    public int DivisionRefreshSeconds { get; init; } = 30;
}

[OptionsValidator]
internal sealed partial class IngestionOptionsValidator : IValidateOptions<IngestionOptions>;
