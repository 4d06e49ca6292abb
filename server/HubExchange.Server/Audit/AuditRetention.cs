using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Audit;

/// <summary>Makes the partitions of the audit ahead, and drops those that have been kept long enough.</summary>
internal sealed class AuditRetention(HubStorage storage, IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditRetention> logger)
    : MonthRetention(storage, "audit", "Audit/KeepAudit.sql", options.Value.RetentionDays, options.Value.RetentionPeriod, time, logger);
