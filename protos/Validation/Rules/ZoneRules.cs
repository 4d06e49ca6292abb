using HubExchange.Contracts.Validation.Checks;
using HubExchange.Region.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>Hosts, approver and parent of a zone.</summary>
internal static class ZoneRules
{
    private const string Type = "region.zone";

    public static readonly IRecordRule[] All =
    [
        new RecordRule<Zone>(
            new("hosts.primary", Type, Severity.Error, QualityDimension.Consistency,
                "所在区划须有且只有一个标为“主要”,并与“主要所在区划”相同;请改正。",
                "Exactly one of the host divisions must be primary and equal to host_division; correct them."),
            PrimaryHost),
        new RecordRule<Zone>(
            new("hosts.share", Type, Severity.Error, QualityDimension.Accuracy,
                "各所在区划的面积占比之和超过 100%({detail});请核对。",
                "The shares of the host divisions add up to more than 100 % ({detail}); check them."),
            Shares),
        new RecordRule<Zone>(
            new("national.state_council", Type, Severity.Warning, QualityDimension.Accuracy,
                "国家级高新区、经开区应由国务院批准;请核对批复机关或级别。",
                "A national high-tech or economic zone is approved by the State Council (国务院); check approver and level."),
            Approver),
        new RecordRule<Zone>(
            new("parent.self", Type, Severity.Error, QualityDimension.Consistency,
                "园区不能以自己为上级园区;请改填或留空。",
                "A zone cannot lie in itself; name another parent or none."),
            record =>
                record.ParentZoneId.Length > 0 && record.ParentZoneId == record.ZoneId ? new Breach("parent_zone_id", record.ParentZoneId) : null),
    ];

    private static Breach? PrimaryHost(Zone record)
    {
        if (record.HostDivisions.Count == 0)
        {
            return null;
        }

        var primaries = 0;
        var agrees = false;
        foreach (var host in record.HostDivisions)
        {
            primaries += host.Primary ? 1 : 0;
            agrees |= host.Primary && host.Division == record.HostDivision;
        }

        return primaries == 1 && agrees ? null : new Breach("host_divisions", record.HostDivision);
    }

    private static Breach? Shares(Zone record)
    {
        long sum = 0;
        foreach (var host in record.HostDivisions)
        {
            sum += host.SharePercent;
        }

        return sum > 100 ? new Breach("host_divisions", Text.Of(sum), Text.Of(sum)) : null;
    }

    private static Breach? Approver(Zone record) =>
        record is { Level: Level.National, ZoneClass: ZoneClass.Htz or ZoneClass.Etz, Approver.Length: > 0 } &&
        !record.Approver.Contains("国务院", StringComparison.Ordinal)
            ? new Breach("approver", record.Approver)
            : null;
}
