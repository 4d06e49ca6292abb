using System.Text;
using System.Text.Json;
using Grpc.Core;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Tests.Identity;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Catalog;

/// <summary>The catalogue says what the contracts say.</summary>
public sealed class CatalogTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    public static TheoryData<string> BrokenTokens =>
        ["%%%", "not base64!", Convert.ToBase64String(Encoding.UTF8.GetBytes("no.such_type")), Convert.ToBase64String([0xff, 0xfe])];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(5_000)]
    public async Task Pages_HoldEveryTypeOnce(int pageSize)
    {
        var limit = pageSize == 0 ? 50 : Math.Min(pageSize, 1_000);
        var found = new List<string>();
        var token = "";
        do
        {
            var page = await ListAsync(pageSize, token);
            token = page.NextPageToken;
            found.AddRange(page.EntityTypes.Select(type => type.Type));

            Assert.InRange(page.EntityTypes.Count, 1, limit);
            Assert.All(page.EntityTypes, type => Assert.Empty(type.Fields));
            Assert.True(token.Length == 0 || page.EntityTypes.Count == limit, "Only the last page is short.");
        }
        while (token.Length > 0);

        Assert.Equal(CityEntityTypes.All.All.Select(type => type.Id), found);
    }

    [Fact]
    public async Task NegativePageSize_IsRefused()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => ListAsync(-1, ""));

        Assert.Equal("REQUEST_INVALID", RawCaller.InfoOf(refused).Reason);
        Assert.Equal(
            ["page_size"], refused.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Select(violation => violation.Field));
    }

    [Theory]
    [MemberData(nameof(BrokenTokens))]
    public async Task BrokenPageToken_IsRefused(string token)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => ListAsync(0, token));

        Assert.Equal((StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID"), (refused.StatusCode, RawCaller.InfoOf(refused).Reason));
    }

    [Fact]
    public async Task Type_IsShownWithItsFieldsLabelsAndCodes()
    {
        var client = await fixture.Hub.PersonAsync("auditor");
        var contract = CityEntityTypes.All.Find("enterprise.organization")!;

        var shown = await client.GetEntityTypeAsync(contract.Id);

        Assert.Equal((contract.Label, contract.Message.FullName), (shown.Label, shown.Message));
        Assert.Equal(["uscc"], shown.Key);
        Assert.Equal(contract.Options.Share, shown.Share);
        Assert.Equal(contract.Fields.Select(field => (field.Name, field.Label)), shown.Fields.Select(field => (field.Name, field.Label)));

        var uscc = shown.Fields.Single(field => field.Name == "uscc");
        Assert.Equal(("text", false, Format.Uscc), (uscc.Kind, uscc.Repeated, uscc.Options.Format));
        var zones = shown.Fields.Single(field => field.Name == "zone_ids");
        Assert.Equal(("text", true, "region.zone"), (zones.Kind, zones.Repeated, zones.Options.Reference));
        var staff = shown.Fields.Single(field => field.Name == "staff_total");
        Assert.Equal(("integer", "人"), (staff.Kind, staff.Options.Unit));
        var state = shown.Fields.Single(field => field.Name == "business_state");
        Assert.Equal("code", state.Kind);
        Assert.Equal(
            contract.Find("business_state")!.Codes!.Codes.Select(code => (code.Name, code.Label)),
            state.Codes.Select(code => (code.Name, code.Label)));
        Assert.All(state.Codes, code => Assert.NotEmpty(code.Label));
    }

    [Fact]
    public async Task EveryType_CanBeShown()
    {
        var client = await fixture.Hub.PersonAsync("auditor");
        string[] kinds = ["text", "integer", "boolean", "timestamp", "code", "message", "bytes"];

        foreach (var type in CityEntityTypes.All.All)
        {
            var shown = await client.GetEntityTypeAsync(type.Id);
            Assert.Equal(type.Fields.Count, shown.Fields.Count);
            Assert.All(shown.Fields, field => Assert.Contains(field.Kind, kinds));
            Assert.All(shown.Fields, field => Assert.Equal(field.Kind == "code", field.Codes.Count > 0));
        }
    }

    [Fact]
    public async Task UnknownType_IsNamed()
    {
        var client = await fixture.Hub.PersonAsync("auditor");

        var refused = await Assert.ThrowsAsync<HubException>(() => client.GetEntityTypeAsync("no.such_type"));

        Assert.Equal((StatusCode.NotFound, ErrorReason.TypeUnknown), (refused.StatusCode, refused.Reason));
        Assert.Equal("no.such_type", refused.Metadata["type"]);
    }

    [Fact]
    public async Task Rest_GivesTheSame()
    {
        using var caller = RawCaller.WithIdentity(fixture.Hub, await fixture.Hub.IdentityOfAsync(TestHub.Daye));

        using var list = JsonDocument.Parse(await caller.Http.GetStringAsync("/v1/types?page_size=7"));
        using var one = JsonDocument.Parse(await caller.Http.GetStringAsync("/v1/types/region.zone"));
        using var none = await caller.Http.GetAsync("/v1/types/no.such_type");

        Assert.Equal(7, list.RootElement.GetProperty("entityTypes").GetArrayLength());
        Assert.NotEmpty(list.RootElement.GetProperty("nextPageToken").GetString()!);
        Assert.Equal("region.zone", one.RootElement.GetProperty("entityType").GetProperty("type").GetString());
        Assert.Equal(System.Net.HttpStatusCode.NotFound, none.StatusCode);
    }

    private async Task<ListEntityTypesResponse> ListAsync(int pageSize, string token)
    {
        using var caller = RawCaller.WithIdentity(fixture.Hub, await fixture.Hub.IdentityOfAsync(TestHub.Daye));
        return await new CatalogService.CatalogServiceClient(caller.Invoker).ListEntityTypesAsync(
            new ListEntityTypesRequest { PageSize = pageSize, PageToken = token }, caller.Options);
    }
}
