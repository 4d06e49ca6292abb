using System.Collections;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Region.V1;
using HubExchange.Simulator.Generation;
using HubExchange.Talent.V1;
using HubExchange.V1;

namespace HubExchange.Simulator.Tests;

public sealed class ReferenceTests
{
    [Fact]
    public void EveryReference_LeadsToARecord()
    {
        var keys = Cities.Clean.Select(record => (record.Type.Id, Key: record.Type.KeyOf(record.Record)))
            .Concat(CityEntityTypes.All.All.SelectMany(type => Cities.ReferenceRecords(type).Select(record => (type.Id, Key: type.KeyOf(record)))))
            .ToHashSet();

        var missing = Cities.Clean
            .SelectMany(record => ReferencesOf(record).Select(reference => (record.Type.Id, reference.Field, reference.Type, reference.Key)))
            .Where(reference => !keys.Contains((reference.Type, reference.Key)))
            .Distinct()
            .Take(20);

        Assert.Empty(missing);
    }

    [Fact]
    public void EveryNode_IsRegistered()
    {
        var registered = Cities.Reference<Node>().Select(node => node.NodeId).ToHashSet();

        Assert.All(Cities.Whole.Nodes, node => Assert.Contains(node.Node, registered));
    }

    [Fact]
    public void EveryNode_MayPushItsTypes()
    {
        var kinds = Cities.Reference<Node>().ToDictionary(node => node.NodeId, node => node.Kind);

        Assert.All(Cities.Whole.Nodes, node => Assert.All(node.Records, record => Assert.True(record.Type.MayPush(kinds[node.Node]))));
    }

    [Fact]
    public void Certificates_BelongToEnterprises()
    {
        var enterprises = Cities.Of<Organization>().Where(organization => organization.OrgKind == OrganizationKind.Enterprise)
            .Select(organization => organization.Uscc).ToHashSet();

        Assert.All(Cities.Of<HteCertificate>(), certificate => Assert.Contains(certificate.Uscc, enterprises));
    }

    [Fact]
    public void Organisations_AndTheirZones_LieInTheirUnit()
    {
        var zones = Cities.Reference<Zone>().ToDictionary(zone => zone.ZoneId, zone => zone.HostDivisions.Select(host => host.Division[..6]).ToList());
        var units = Cities.Reference<ReportingUnit>().ToDictionary(unit => unit.UnitId);

        Assert.All(Cities.Of<Organization>(), organization =>
        {
            var divisions = units[organization.ReportingUnit].Divisions;
            Assert.Contains(divisions, division => organization.OperatingDivision.StartsWith(division, StringComparison.Ordinal));
            Assert.All(organization.ZoneIds, zone => Assert.Contains(divisions, division => zones[zone].Contains(division[..6])));
        });
    }

    [Fact]
    public void People_AreKnownByPseudonymsOnly()
    {
        Assert.Equal(Cities.Of<Talent.V1.Talent>().Count(), Cities.Of<Talent.V1.Talent>().Select(talent => talent.PersonPid).Distinct().Count());
        Assert.All(Cities.Of<Talent.V1.Talent>(), talent => Assert.Empty(talent.BankAccount));
    }

    private static IEnumerable<(string Field, string Type, string Key)> ReferencesOf(GeneratedRecord record)
    {
        foreach (var field in record.Type.Fields.Where(field => field.Options is { Reference.Length: > 0, ReferenceOpen: false }))
        {
            var value = field.Descriptor.Accessor.GetValue(record.Record);
            IEnumerable keys = field.IsList ? (IList)value : new[] { value };
            foreach (var key in keys.Cast<string>().Where(key => key.Length > 0))
            {
                yield return (field.Name, field.Options.Reference, key);
            }
        }
    }
}
