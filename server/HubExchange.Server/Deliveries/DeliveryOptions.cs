using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Deliveries;

/// <summary>The ledger of deliveries.</summary>
internal sealed class DeliveryOptions
{
    public const string Section = "Deliveries";

    /// <summary>
    /// Days that deliveries are kept, up to a month longer: three years and the running one, as Order 809 of the State Council (art. 29)
    /// and the regulation on network data security (art. 12) want it.
    /// </summary>
    [Range(1_096, 36_500)]
    public int RetentionDays { get; init; } = 1_461;

    /// <summary>Deliveries that are written together at most.</summary>
    [Range(1, 1_000_000)]
    public int BatchRecords { get; init; } = 10_000;

    /// <summary>Calls whose deliveries wait to be written; further ones wait themselves.</summary>
    [Range(1, 1_000_000)]
    public int QueueCalls { get; init; } = 1_000;

    /// <summary>How often partitions are made and dropped.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan RetentionPeriod { get; init; } = TimeSpan.FromHours(6);
}

[OptionsValidator]
internal sealed partial class DeliveryOptionsValidator : IValidateOptions<DeliveryOptions>;
