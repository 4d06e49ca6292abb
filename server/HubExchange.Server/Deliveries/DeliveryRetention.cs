using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Deliveries;

/// <summary>Makes the partitions of the ledger ahead, and drops those that have been kept long enough.</summary>
internal sealed class DeliveryRetention(HubStorage storage, IOptions<DeliveryOptions> options, TimeProvider time, ILogger<DeliveryRetention> logger)
    : MonthRetention(
        storage, "ledger of deliveries", "Deliveries/KeepDeliveries.sql", options.Value.RetentionDays, options.Value.RetentionPeriod, time, logger);
