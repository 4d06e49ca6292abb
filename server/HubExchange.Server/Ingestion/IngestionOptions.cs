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

    /// <summary>Seconds until the list of divisions is read again.</summary>
    [Range(1, 3_600)]
    public int DivisionRefreshSeconds { get; init; } = 30;
}

[OptionsValidator]
internal sealed partial class IngestionOptionsValidator : IValidateOptions<IngestionOptions>;
