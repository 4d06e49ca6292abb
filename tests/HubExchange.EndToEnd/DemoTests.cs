using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.EndToEnd;

/// <summary>The demonstration: whoever asks for the layout, in whatever language and protocol, gets the same numbers, and they are right.</summary>
public sealed class DemoTests(FilledHub filled) : IClassFixture<FilledHub>
{
    private static readonly JsonParser Json = new(JsonParser.Settings.Default);

    private HubProcess Hub => filled.Hub;

    [Fact]
    public async Task Layout_CountsWhatSqlCounts()
    {
        var layout = await ThroughSdkAsync();
        await using var connection = await Hub.ConnectToDatabaseAsync();

        var recount = await Recount.RunAsync(connection);

        Assert.NotEmpty(recount.Totals);
        Assert.Equal(recount.Totals, new SortedDictionary<string, long>(layout.Totals.ByType));
        Assert.All(layout.Units, unit => Assert.Equal(recount.Of("unit", unit.Id), CountsOf(unit.Counts)));
        Assert.All(PlacesOf(layout), place => Assert.Equal(recount.Of("zone", place.ZoneId), CountsOf(place.Counts)));
        Assert.All(layout.Zones, zone => Assert.Equal(recount.Of("group", zone.Id), CountsOf(zone.Counts)));
    }

    [Fact]
    public async Task Layout_IsTheSame_ThroughHubctl()
    {
        var run = await Programs.HubctlAsync(Hub.Folder, "layout", "--output", "json");

        Assert.True(run.ExitCode == 0, run.StandardError);
        Assert.Equal(await ThroughSdkAsync(), Json.Parse<Layout>(run.StandardOutput));
    }

    [Fact]
    public async Task Layout_IsTheSame_ThroughRest()
    {
        using var authority = X509CertificateLoader.LoadCertificateFromFile(Hub.CaFile);
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { authority },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
        using var http = new HttpClient(handler) { BaseAddress = Hub.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", filled.BureauToken);

        var answer = await http.GetStringAsync("/v1/layout");

        Assert.Equal(await ThroughSdkAsync(), Json.Parse<GetLayoutResponse>(answer).Layout);
    }

    [Fact]
    public async Task Layout_IsTheSame_ThroughPython()
    {
        var python = await Prerequisite.PythonAsync("grpc, google.protobuf", "python3-grpcio");
        var set = Path.Combine(Hub.Folder, "layout.binpb");
        DescriptorSet.Write(set, [LayoutServiceReflection.Descriptor]);

        var run = await Programs.RunAsync(
            python, Hub.Folder, [Programs.Beside("python", "layout.py"), set, Hub.Address.Authority, Hub.CaFile, filled.BureauToken]);

        Assert.True(run.ExitCode == 0, run.StandardError);
        Assert.Equal(await ThroughSdkAsync(), Json.Parse<Layout>(run.StandardOutput));
    }

    [Fact]
    public async Task Layout_IsTheSame_ThroughBufCurl()
    {
        var buf = Prerequisite.Buf();

        // Without a schema buf asks the hub's reflection.
        var run = await Programs.RunAsync(
            buf,
            Hub.Folder,
            [
                "curl", "--protocol", "grpc", "--cacert", Hub.CaFile, "--header", $"authorization: Bearer {filled.BureauToken}",
                $"{Hub.Address}hubexchange.v1.LayoutService/GetLayout",
            ]);

        Assert.True(run.ExitCode == 0, run.StandardError);
        Assert.Equal(await ThroughSdkAsync(), Json.Parse<GetLayoutResponse>(run.StandardOutput).Layout);
    }

    [Fact]
    public async Task Organization_CountsOnce_WhenCountyAndZoneReportIt_InAZoneAndItsPark()
    {
        const string zone = "420281-Z001";
        const string park = "420281-P002";
        var organization = Make.Organization();
        organization.ZoneIds.Add([zone, park]);
        var before = await ThroughSdkAsync();

        foreach (var node in (string[])["ND-420281", "ND-DYH"])
        {
            await using var client = new HubClient(NodeOptions(node));
            var pushed = await client.PushRecordsAsync(
                node, CityEntityTypes.All.Of<Organization>(), [new Change { Record = organization.ToByteString() }]);
            Assert.Equal(1, pushed.Counts.Stored);
        }

        var after = await ThroughSdkAsync();
        Assert.Equal(1, Organizations(after.Totals) - Organizations(before.Totals));
        Assert.Equal(1, Organizations(UnitOf(after).Counts) - Organizations(UnitOf(before).Counts));
        Assert.Equal(1, Organizations(after.Zones[0].Counts) - Organizations(before.Zones[0].Counts));
        Assert.Equal(1, Organizations(PlaceOf(after, zone)) - Organizations(PlaceOf(before, zone)));
        Assert.Equal(1, Organizations(PlaceOf(after, park)) - Organizations(PlaceOf(before, park)));

        static LayoutUnit UnitOf(Layout layout) => layout.Units.Single(unit => unit.Id == "420281");
        static Counts PlaceOf(Layout layout, string id) => PlacesOf(layout).First(place => place.ZoneId == id).Counts;
    }

    private HubClientOptions NodeOptions(string node) => Hub.Anonymous with
    {
        CertificateFile = Path.Combine(Hub.DataFolder, "nodes", $"{node}.crt"),
        KeyFile = Path.Combine(Hub.DataFolder, "nodes", $"{node}.key"),
    };

    private async Task<Layout> ThroughSdkAsync()
    {
        await using var client = new HubClient(Hub.Anonymous with { Token = filled.BureauToken });
        return await client.GetLayoutAsync();
    }

    private static IEnumerable<LayoutPlace> PlacesOf(Layout layout)
    {
        return layout.Zones.SelectMany(zone => zone.Places).Concat(layout.Parks).SelectMany(WithInner);

        static IEnumerable<LayoutPlace> WithInner(LayoutPlace place) => place.Places.SelectMany(WithInner).Prepend(place);
    }

    private static long Organizations(Counts counts) => counts.ByType.GetValueOrDefault("enterprise.organization");

    // The types whose placement the recount knows.
    private static Dictionary<string, long> CountsOf(Counts counts) =>
        Recount.Placed.Where(counts.ByType.ContainsKey).ToDictionary(type => type, type => counts.ByType[type]);
}
