using System.Text.Json;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Region.V1;
using HubExchange.Server.Tests.Identity;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Rest;

/// <summary>A hub with something of everything that can be read, and its OpenAPI document.</summary>
public sealed class RestHub(SharedCluster cluster) : IAsyncLifetime
{
    private readonly Dictionary<string, RawCaller> _callers = [];
    private JsonDocument _document = null!;

    public TestHub Hub { get; private set; } = null!;

    /// <summary>The document as anybody gets it.</summary>
    public JsonElement Document => _document.RootElement;

    /// <summary>Key of an organisation.</summary>
    public string Uscc { get; } = Make.Uscc();

    /// <summary>Number of a refused change.</summary>
    public long QuarantineId { get; private set; }

    /// <summary>Who may read records, who runs the hub, and who reads the audit.</summary>
    public IEnumerable<RawCaller> Readers => [_callers["bureau"], _callers["admin"]];

    /// <summary>A person of the bureau.</summary>
    public RawCaller Bureau => _callers["bureau"];

    public async ValueTask InitializeAsync()
    {
        Hub = await TestHub.StartAsync(cluster.Cluster);
        var admin = await Hub.AdminAsync();
        _callers["bureau"] = RawCaller.WithToken(Hub, (await admin.IssueTokenAsync("rest", "bureau", null)).Token);
        _callers["admin"] = RawCaller.WithToken(Hub, (await File.ReadAllTextAsync(Path.Combine(Hub.Folder, "admin.token"))).Trim());
        await FillAsync();
        using var anybody = new RawCaller(Hub);
        _document = JsonDocument.Parse(await anybody.Http.GetStreamAsync("/openapi.json"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var caller in _callers.Values)
        {
            caller.Dispose();
        }

        _document?.Dispose();
        await Hub.DisposeAsync();
    }

    private async Task FillAsync()
    {
        var types = CityEntityTypes.All;
        var city = await Hub.CityAsync();
        await city.PushRecordsAsync(
            TestHub.City, types.Of<ReportingUnit>(), [Of(new ReportingUnit { UnitId = "420281", Name = "大冶市", Divisions = { "420281" } })]);
        var layout = new LayoutDefinition { LayoutId = "small", Name = "小布局", IsDefault = true, ValidFrom = "2020-01-01", ReportingUnits = { "420281" } };
        await city.PushRecordsAsync(TestHub.City, types.Of<LayoutDefinition>(), [Of(layout)]);

        var daye = await Hub.NodeAsync(TestHub.Daye);
        var pushed = await daye.PushRecordsAsync(
            TestHub.Daye,
            types.Of<Organization>(),
            [Of(Make.Organization(Uscc, "接口样例")), Of(new Organization(Make.Organization()) { EstablishedOn = "昨天" })]);
        QuarantineId = Assert.Single(pushed.Rejected).QuarantineId;
    }

    private static Change Of(IMessage record) => new() { Record = record.ToByteString() };
}
