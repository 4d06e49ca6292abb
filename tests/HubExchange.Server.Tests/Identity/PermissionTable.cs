using System.Reflection;
using Google.Protobuf.Reflection;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Identity;

/// <summary>Who may call what, written down a second time: the contract and the roles of the hub must come to the same.</summary>
internal static class PermissionTable
{
    public const string Anonymous = "anonymous";

    public static readonly string[] Roles = [Anonymous, "admin", "security", "auditor", "bureau", "county", "park", "node"];

    private static readonly string[] Everybody = Roles[1..];
    private static readonly string[] Readers = ["bureau", "county", "park", "node"];
    private static readonly string[] Sources = ["county", "park", "node"];

    /// <summary>Permission and roles of every RPC.</summary>
    public static readonly Dictionary<string, (string Permission, string[] Roles)> Rows = new()
    {
        ["AggregateService.AggregateRecords"] = ("record.read", Readers),
        ["AggregateService.ListCellRecords"] = ("record.read", Readers),
        ["AuditService.ListAuditEntries"] = ("audit.read", ["auditor"]),
        ["AuditService.VerifyAudit"] = ("audit.read", ["auditor"]),
        ["CatalogService.GetEntityType"] = ("catalog.read", Everybody),
        ["CatalogService.GetSchemaDiff"] = ("schema.read", ["admin"]),
        ["CatalogService.ListEntityTypes"] = ("catalog.read", Everybody),
        ["DeliveryService.ListHolders"] = ("delivery.read", Readers),
        ["ExportService.ExportRecords"] = ("record.read", Readers),
        ["FindingService.GetFinding"] = ("finding.read", Readers),
        ["FindingService.ListFindingGroups"] = ("finding.read", Readers),
        ["FindingService.ListFindings"] = ("finding.read", Readers),
        ["FindingService.MoveFinding"] = ("finding.write", Readers),
        ["FindingService.RaiseFinding"] = ("finding.write", Readers),
        ["IdentityService.EnrollNode"] = ("node.enroll", ["admin"]),
        ["IdentityService.GetCaller"] = ("caller.read", Everybody),
        ["IdentityService.IssueToken"] = ("token.issue", ["admin", "security"]),
        ["IdentityService.RevokeNode"] = ("node.enroll", ["admin"]),
        ["IdentityService.RevokeToken"] = ("token.issue", ["admin", "security"]),
        ["IndicatorService.GetScorecard"] = ("record.read", Readers),
        ["IndicatorService.ListIndicatorRecords"] = ("record.read", Readers),
        ["IndicatorService.PreviewIndicator"] = ("indicator.edit", ["bureau"]),
        ["IndicatorService.SaveIndicatorDefinition"] = ("indicator.edit", ["bureau"]),
        ["JobService.ListJobRuns"] = ("job.read", ["admin", "auditor", "bureau"]),
        ["JobService.ListJobs"] = ("job.read", ["admin", "auditor", "bureau"]),
        ["JobService.PauseJob"] = ("job.edit", ["admin"]),
        ["JobService.ResumeJob"] = ("job.edit", ["admin"]),
        ["JobService.RunJob"] = ("job.run", ["admin", "bureau"]),
        ["JobService.SetJobSchedule"] = ("job.edit", ["admin"]),
        ["LayoutService.CompareLayouts"] = ("layout.read", Readers),
        ["LayoutService.GetLayout"] = ("layout.read", Readers),
        ["LayoutService.ListLayouts"] = ("layout.read", Readers),
        ["LayoutService.SaveLayout"] = ("layout.write", ["bureau"]),
        ["ProfileService.GetOrganizationProfile"] = ("record.read", Readers),
        ["PushService.Push"] = ("record.push", Sources),
        ["PushService.PushRecords"] = ("record.push", Sources),
        ["QualityService.GetQuality"] = ("quality.read", Readers),
        ["QualityService.ListQuality"] = ("quality.read", Readers),
        ["QuarantineService.DiscardQuarantinedRecords"] = ("quarantine.write", Readers),
        ["QuarantineService.GetQuarantinedRecord"] = ("quarantine.read", Readers),
        ["QuarantineService.ListQuarantineGroups"] = ("quarantine.read", Readers),
        ["QuarantineService.ListQuarantinedRecords"] = ("quarantine.read", Readers),
        ["QuarantineService.ReplayQuarantinedRecords"] = ("record.push", Sources),
        ["QueryService.GetRecord"] = ("record.read", Readers),
        ["QueryService.ListRecordHistory"] = ("record.read", Readers),
        ["QueryService.ListRecords"] = ("record.read", Readers),
        ["ReconciliationService.ApproveReconciliation"] = ("reconciliation.decide", ["bureau"]),
        ["ReconciliationService.Attend"] = ("record.push", Sources),
        ["ReconciliationService.GetReconciliation"] = ("reconciliation.read", Readers),
        ["ReconciliationService.GetReconciliationCertificate"] = ("reconciliation.read", Readers),
        ["ReconciliationService.ListReconciliationDifferences"] = ("reconciliation.read", Readers),
        ["ReconciliationService.ListReconciliations"] = ("reconciliation.read", Readers),
        ["ReconciliationService.RunReconciliation"] = ("reconciliation.run", Readers),
        ["ReconciliationService.UndoReconciliation"] = ("reconciliation.decide", ["bureau"]),
        ["ShareService.CreateShareRequest"] = ("share.write", Readers),
        ["ShareService.GetShareRequest"] = ("share.read", Readers),
        ["ShareService.ListShareRequests"] = ("share.read", Readers),
        ["ShareService.MoveShareRequest"] = ("share.write", Readers),
        ["SnapshotService.ApproveSnapshot"] = ("snapshot.decide", ["bureau"]),
        ["SnapshotService.GetSnapshot"] = ("snapshot.read", Readers),
        ["SnapshotService.ListSnapshotDeletions"] = ("snapshot.read", Readers),
        ["SnapshotService.ListSnapshots"] = ("snapshot.read", Readers),
        ["SnapshotService.RejectSnapshot"] = ("snapshot.decide", ["bureau"]),
        ["StreamService.ListStreams"] = ("stream.read", [.. Readers, "admin"]),
        ["WatchService.WatchRecords"] = ("record.read", Readers),
    };

    /// <summary>Every RPC in the contracts, found by reflection, so that none is forgotten.</summary>
    public static IReadOnlyDictionary<string, MethodDescriptor> Rpcs { get; } = typeof(PushService).Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
        .OfType<FileDescriptor>()
        .SelectMany(file => file.Services)
        .SelectMany(service => service.Methods)
        .ToDictionary(rpc => $"{rpc.Service.Name}.{rpc.Name}");
}
