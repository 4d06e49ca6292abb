using System.Security.Cryptography;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Hashing;
using HubExchange.Enterprise.V1;
using HubExchange.Simulator.Generation;
using HubExchange.Technology.V1;

namespace HubExchange.Simulator.Tests;

public sealed class CityTests
{
    [Fact]
    public void Generate_WithTheSameSeed_GivesTheSameBytes()
    {
        var options = new CityOptions { Seed = 7, Scale = 0.2 };

        Assert.Equal(Digest(City.Generate(options)), Digest(City.Generate(options)));
    }

    [Fact]
    public void Generate_WithAnotherSeed_GivesOtherRecords()
    {
        var options = new CityOptions { Seed = 7, Scale = 0.05 };

        Assert.NotEqual(Digest(City.Generate(options)), Digest(City.Generate(options with { Seed = 8 })));
    }

    [Fact]
    public void Generate_AtScale1_GivesACityOfAbout20000Records()
    {
        Assert.InRange(Cities.Whole.Count, 19_000, 22_500);
        Assert.Equal(3_000, Cities.Of<Organization>().Select(organization => organization.Uscc).Distinct().Count());
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.3)]
    [InlineData(3)]
    public void Generate_AtAnyScale_GivesEveryTypeAndOnlySoundRecords(double scale)
    {
        var city = City.Generate(new CityOptions { Scale = scale });
        var records = city.Nodes.SelectMany(node => node.Records).ToList();

        Assert.Empty(CityEntityTypes.All.All.Select(type => type.Id).Except(City.ReferenceTypes).Except(records.Select(record => record.Type.Id)));
        Assert.All(records, record => Assert.Equal(record.ExpectedRule is null ? [] : [record.ExpectedRule], Cities.Errors(record)));
    }

    [Fact]
    public void Generate_OutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => City.Generate(new CityOptions { Scale = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => City.Generate(new CityOptions { DirtyShare = 0.6 }));
    }

    [Fact]
    public void EveryType_IsGeneratedOrReference()
    {
        var expected = CityEntityTypes.All.All.Select(type => type.Id).Except(City.ReferenceTypes).Order();

        Assert.Equal(expected, Cities.Clean.Select(record => record.Type.Id).Distinct().Order());
    }

    [Fact]
    public void EverySoundRecord_PassesTheValidator()
    {
        Assert.All(Cities.Clean, record => Assert.Empty(Cities.Errors(record)));
    }

    [Fact]
    public void FewSoundRecords_CarryAWarning()
    {
        var warned = Cities.Clean.Count(record => Cities.Validator.Validate(record.Type, record.Record).Count > 0);

        Assert.InRange(warned, 0, Cities.Whole.Count / 50);
    }

    [Fact]
    public void EverySoundRecord_IsCanonicalAlready()
    {
        Assert.All(Cities.Clean, record => Assert.False(RecordNormalizer.Normalize(record.Type, record.Type.Parse(record.Record.ToByteString()))));
    }

    [Fact]
    public void EveryFaultyRecord_ViolatesExactlyItsRule()
    {
        var faulty = Cities.Records.Where(record => record.ExpectedRule is not null).ToList();

        Assert.InRange(faulty.Count, 180, 230);
        Assert.True(faulty.Select(record => record.ExpectedRule).Distinct().Count() >= 20);
        Assert.All(faulty, record => Assert.Equal([record.ExpectedRule!], Cities.Errors(record)));
    }

    [Fact]
    public void NoFaultyRecord_HasTheKeyOfASoundOne()
    {
        var sound = Cities.Clean.Select(record => (record.Type.Id, record.Type.KeyOf(record.Record))).ToHashSet();

        Assert.All(
            Cities.Records.Where(record => record.ExpectedRule is not null),
            record => Assert.DoesNotContain((record.Type.Id, record.Type.KeyOf(record.Record)), sound));
    }

    [Fact]
    public void EveryNode_SendsEachKeyOnce()
    {
        Assert.All(Cities.Whole.Nodes, node =>
        {
            var keys = node.Records.Where(record => record.ExpectedRule is null)
                .GroupBy(record => (record.Type.Id, record.Type.KeyOf(record.Record)))
                .Where(group => group.Count() > 1)
                .Select(group => group.Key);
            Assert.Empty(keys);
        });
    }

    [Fact]
    public void OverlayZones_ReportOrganisationsOfTheCounties()
    {
        var sources = Cities.Whole.Nodes
            .SelectMany(node => node.Records.Where(record => record.ExpectedRule is null).Select(record => (node.Node, record.Record)))
            .Where(entry => entry.Record is Organization)
            .GroupBy(entry => ((Organization)entry.Record).Uscc, entry => entry.Node)
            .Where(group => group.Count() > 1)
            .ToList();

        Assert.InRange(sources.Count, 300, 900);
        Assert.Contains(sources, group => group.Order().SequenceEqual(["ND-420281", "ND-DYH"]));
        Assert.Contains(sources, group => group.Contains("ND-HSGX"));
        Assert.Contains(sources, group => group.Contains("ND-AGR"));
    }

    [Fact]
    public void City_HasNoMoreThanItsUnits_AndZonesOverlap()
    {
        var reported = Cities.Of<Organization>().ToList();
        var city = reported.Select(organization => organization.Uscc).Distinct().Count();
        var units = reported.GroupBy(organization => organization.ReportingUnit)
            .Sum(unit => unit.Select(organization => organization.Uscc).Distinct().Count());
        var zones = reported.SelectMany(organization => organization.ZoneIds.Select(zone => (zone, organization.Uscc))).Distinct().Count();
        var inZones = reported.Where(organization => organization.ZoneIds.Count > 0).Select(organization => organization.Uscc).Distinct().Count();

        Assert.True(city <= units);
        Assert.True(inZones < zones);
    }

    [Fact]
    public void NetIncreaseOfCertifiedFirms_IsThatOfThePlan()
    {
        var year = new CityOptions().Year;

        Assert.InRange(Stock($"{year}-12-31") - Stock($"{year - 1}-12-31"), 65, 80);
    }

    [Fact]
    public void Contracts_AddUpToTheTarget_AndFewMakeMostOfIt()
    {
        var amounts = Cities.Of<TechContract>().Where(contract => contract.State == TechContractState.Registered)
            .Select(contract => contract.TurnoverFen).OrderDescending().ToList();

        Assert.InRange(amounts.Sum() / 10_000_000_000m, 5.7m * 10, 5.9m * 10);
        Assert.True(amounts.Take(amounts.Count / 10).Sum() > amounts.Sum() / 2);
    }

    private static int Stock(string day) => Cities.Of<HteCertificate>()
        .Where(certificate => string.CompareOrdinal(certificate.IssuedOn, day) <= 0 && string.CompareOrdinal(day, certificate.ValidTo) <= 0)
        .Where(certificate => certificate.RevokedOn.Length == 0 || string.CompareOrdinal(certificate.RevokedOn, day) > 0)
        .Select(certificate => certificate.Uscc)
        .Distinct()
        .Count();

    private static string Digest(City city)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var node in city.Nodes)
        {
            foreach (var record in node.Records)
            {
                hash.AppendData(record.Record.ToByteArray());
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
