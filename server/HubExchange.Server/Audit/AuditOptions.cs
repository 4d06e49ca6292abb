using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Audit;

/// <summary>The audit.</summary>
internal sealed class AuditOptions
{
    public const string Section = "Audit";

    /// <summary>
    /// Days that entries are kept, up to a month longer: three years and the running one, as the law on personal information (art. 56) and
    /// Order 809 of the State Council (art. 29) want it.
    /// </summary>
    [Range(1_096, 36_500)]
    public int RetentionDays { get; init; } = 1_461;

    /// <summary>Entries that are written together at most.</summary>
    [Range(1, 100_000)]
    public int BatchEntries { get; init; } = 1_000;

    /// <summary>Calls whose entries wait to be written; further ones wait themselves.</summary>
    [Range(1, 1_000_000)]
    public int QueueCalls { get; init; } = 1_000;

    /// <summary>How often partitions are made and dropped.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan RetentionPeriod { get; init; } = TimeSpan.FromHours(6);
}

[OptionsValidator]
internal sealed partial class AuditOptionsValidator : IValidateOptions<AuditOptions>;
