using Google.Protobuf.Reflection;
using HubExchange.V1;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace HubExchange.Server.Hosting;

/// <summary>The services of the hub in the contract.</summary>
internal static class HubServices
{
    public static IReadOnlyList<ServiceDescriptor> All { get; } =
    [
        PushService.Descriptor,
        StreamService.Descriptor,
        QueryService.Descriptor,
        AggregateService.Descriptor,
        ExportService.Descriptor,
        WatchService.Descriptor,
        DeliveryService.Descriptor,
        ProfileService.Descriptor,
        Mechanism.V1.IndicatorService.Descriptor,
        LayoutService.Descriptor,
        QuarantineService.Descriptor,
        SnapshotService.Descriptor,
        FindingService.Descriptor,
        ShareService.Descriptor,
        QualityService.Descriptor,
        JobService.Descriptor,
        ReconciliationService.Descriptor,
        AuditService.Descriptor,
        CatalogService.Descriptor,
        IdentityService.Descriptor,
    ];
}
