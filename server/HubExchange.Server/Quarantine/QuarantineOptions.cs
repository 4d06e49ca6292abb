using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Quarantine;

/// <summary>How long refused changes are kept.</summary>
internal sealed class QuarantineOptions
{
    public const string Section = "Quarantine";

    /// <summary>Days after which closed changes are deleted; about three years unless set. Open ones stay for ever.</summary>
    [Range(1, 36_500)]
    public int ClosedRetentionDays { get; init; } = 1_100;

    /// <summary>Most changes deleted in a transaction.</summary>
    [Range(1, 100_000)]
    public int RetentionBatch { get; init; } = 1_000;
}

[OptionsValidator]
internal sealed partial class QuarantineOptionsValidator : IValidateOptions<QuarantineOptions>;
