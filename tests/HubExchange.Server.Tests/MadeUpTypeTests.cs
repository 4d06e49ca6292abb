using System.Text.Json;
using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Region.V1;
using HubExchange.Sample.V1;
using HubExchange.Server.Tests.Identity;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace HubExchange.Server.Tests;

/// <summary>One proto file and one line, and the hub serves a type it never heard of.</summary>
public sealed class MadeUpTypeTests(MadeUpTypeTests.GadgetHub fixture) : IClassFixture<MadeUpTypeTests.GadgetHub>
{
    internal static readonly EntityTypes Types = EntityTypes.From(
    [
        .. CityEntityTypes.All.All.Select(type => type.Message.File).Distinct(),
        GadgetReflection.Descriptor,
    ]);

    private static readonly Contracts.Entities.EntityType Gadget = Types.Of<Gadget>();

    [Fact]
    public async Task Tables_AreThere()
    {
        await using var command = fixture.Hub.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            """
            select string_agg(column_name || ' ' || data_type, ', ' order by ordinal_position)
            from information_schema.columns
            where table_schema = 'sample' and table_name = 'gadget' and column_name not like 'hub\_%'
            """);

        Assert.Equal(
            "gadget_id text, name text, division text, price_fen bigint, made_on date, retired_on date, state text, uses ARRAY, parts jsonb",
            await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Record_IsStoredAndReadBack()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var gadget = Make("READ");

        var counts = (await PushAsync(client, gadget)).Counts;
        var read = await client.GetAsync<Gadget>("READ");

        Assert.Equal((1, 0), (counts.Stored, counts.Quarantined));
        Assert.Equal(gadget, read.Value);
    }

    [Fact]
    public async Task BadRecord_IsQuarantinedWithItsDeclaredRule_AndTheRestIsStored()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        var bad = new Gadget(Make("BAD")) { RetiredOn = "1999-01-01" };

        var response = await PushAsync(client, Make("BAD-1"), bad, Make("BAD-2"));

        Assert.Equal((2, 1), (response.Counts.Stored, response.Counts.Quarantined));
        var rejected = Assert.Single(response.Rejected);
        Assert.Equal((1, "BAD"), (rejected.Index, rejected.Key));
        var violation = Assert.Single(rejected.Violations, violation => violation.Severity == Severity.Error);
        Assert.Equal("停用日期早于制造日期;请核对。", violation.MessageZh);
        Assert.EndsWith("life.order", violation.Rule, StringComparison.Ordinal);

        var kept = await client.GetQuarantinedRecordAsync(rejected.QuarantineId);
        Assert.Equal(bad, Gadget.Parse(Change.Parser.ParseFrom(kept.Payload).Record));
    }

    [Fact]
    public async Task LifeCycle_GoesForwardOnly()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        await PushAsync(client, new Gadget(Make("LIFE")) { State = GadgetState.Building });

        var forward = await PushAsync(client, new Gadget(Make("LIFE")) { State = GadgetState.Retired });
        var back = await PushAsync(client, new Gadget(Make("LIFE")) { State = GadgetState.Running });

        Assert.Equal(1, forward.Counts.Stored);
        Assert.Contains("state.transition", Assert.Single(back.Rejected).Violations.Select(violation => violation.Rule));
        Assert.Equal(GadgetState.Retired, (await client.GetAsync<Gadget>("LIFE")).Value.State);
    }

    [Theory]
    [InlineData("name = \"过滤\" AND price_fen > 100", "F-2,F-3")]
    [InlineData("name = \"过滤\" AND made_on >= \"2021-01-01\" AND price_fen < 300", "F-2")]
    [InlineData("name = \"过滤\" AND state = \"BUILDING\"", "F-1")]
    [InlineData("name = \"过滤\" AND uses:\"演示\"", "F-3")]
    public async Task Records_AreFiltered(string filter, string keys)
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        await PushAsync(
            client,
            new Gadget(Make("F-1")) { Name = "过滤", PriceFen = 100, MadeOn = "2020-12-31", State = GadgetState.Building },
            new Gadget(Make("F-2")) { Name = "过滤", PriceFen = 200, MadeOn = "2021-01-01" },
            new Gadget(Make("F-3")) { Name = "过滤", PriceFen = 300, MadeOn = "2021-06-30", Uses = { "演示" } });

        var found = await client.ListAsync<Gadget>(filter).Select(record => record.Value.GadgetId).ToListAsync();

        Assert.Equal(keys.Split(','), found);
    }

    [Fact]
    public async Task Layout_CountsIt()
    {
        await using var hub = await fixture.StartAsync();
        var city = await hub.CityAsync();
        await city.PushRecordsAsync(
            TestHub.City, Types.Of<ReportingUnit>(), [Of(new ReportingUnit { UnitId = "420281", Name = "大冶市", Divisions = { "420281" } })]);
        await city.PushRecordsAsync(
            TestHub.City,
            Types.Of<LayoutDefinition>(),
            [Of(new LayoutDefinition { LayoutId = "small", Name = "小布局", IsDefault = true, ValidFrom = "2020-01-01", ReportingUnits = { "420281" } })]);
        var daye = await hub.NodeAsync(TestHub.Daye);
        await PushAsync(daye, Make("L-1"), Make("L-2"), new Gadget(Make("L-3")) { Division = "" });

        var layout = await daye.GetLayoutAsync();

        Assert.Equal(3, layout.Totals.ByType["sample.gadget"]);
        Assert.Equal(2, Assert.Single(layout.Units).Counts.ByType["sample.gadget"]);
        Assert.Equal(1, layout.Unplaced.ByType["sample.gadget"]);
    }

    [Fact]
    public async Task Catalogue_ShowsIt()
    {
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);

        var type = await client.GetEntityTypeAsync("sample.gadget");

        Assert.Contains("sample.gadget", await client.ListEntityTypesAsync().Select(listed => listed.Type).ToListAsync());
        Assert.Equal(("样机", "hubexchange.sample.v1.Gadget"), (type.Label, type.Message));
        Assert.Equal(["在建", "在用", "停用"], type.Fields.Single(field => field.Name == "state").Codes.Select(code => code.Label));
    }

    [Fact]
    public async Task Rest_TakesAndGivesItAsJson()
    {
        using var caller = RawCaller.WithIdentity(fixture.Hub, await fixture.Hub.IdentityOfAsync(TestHub.Daye));
        const string change =
            """
            {"changes": [{"message": {"@type": "type.googleapis.com/hubexchange.sample.v1.Gadget",
              "gadgetId": "JSON", "name": "网页", "state": "GADGET_STATE_RUNNING", "parts": [{"name": "轮", "count": 4}]}}]}
            """;

        using var pushed = await caller.Http.PostAsync(
            "/v1/types/sample.gadget/records:push", new StringContent(change, System.Text.Encoding.UTF8, "application/json"));
        var answer = await pushed.Content.ReadAsStringAsync();
        Assert.True(pushed.IsSuccessStatusCode, answer);
        using var read = JsonDocument.Parse(await caller.Http.GetStringAsync("/v1/types/sample.gadget/records/JSON"));

        var payload = read.RootElement.GetProperty("record").GetProperty("payload");
        Assert.Equal("网页", payload.GetProperty("name").GetString());
        Assert.Equal(4, payload.GetProperty("parts")[0].GetProperty("count").GetInt32());
    }

    internal static Gadget Make(string id) => new()
    {
        GadgetId = id,
        Name = $"样机{id}",
        Division = "420281",
        PriceFen = 1_234_567,
        MadeOn = "2021-06-30",
        State = GadgetState.Running,
        Uses = { "测量", "a,\"b\"" },
        Parts = { new GadgetPart { Name = "轮", Count = 4 }, new GadgetPart { Name = "轴", Count = 2 } },
    };

    private static Change Of(IMessage record) => new() { Record = record.ToByteString() };

    private static Task<PushRecordsResponse> PushAsync(HubClient client, params Gadget[] gadgets) =>
        client.PushRecordsAsync(TestHub.Daye, Gadget, gadgets.Select(Of));

    /// <summary>A hub that serves the made-up type beside those of the city.</summary>
    public sealed class GadgetHub(SharedCluster cluster) : IAsyncLifetime
    {
        public TestHub Hub { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Hub = await StartAsync();

        public async Task<TestHub> StartAsync() => await TestHub.StartAsync(await cluster.Cluster.CreateDatabaseAsync(), Types);

        public ValueTask DisposeAsync() => Hub.DisposeAsync();
    }
}
