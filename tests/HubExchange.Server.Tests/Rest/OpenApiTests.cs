using System.Globalization;
using System.Net;
using System.Text.Json;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Hosting;
using HubExchange.Server.Rest;
using HubExchange.Server.Tests.Identity;
using HubExchange.Testing;
using Microsoft.OpenApi;

namespace HubExchange.Server.Tests.Rest;

/// <summary>The OpenAPI document says what the contracts say, and the hub answers as it says.</summary>
public sealed class OpenApiTests(RestHub fixture, SharedCluster cluster) : IClassFixture<RestHub>
{
    private static readonly IReadOnlyList<MethodDescriptor> Rpcs = [.. HubServices.All.SelectMany(service => service.Methods)];

    /// <summary>Calls that read and need nothing that <see cref="RestHub"/> does not have: they must succeed.</summary>
    private static readonly string[] Filled =
    [
        "/v1/caller", "/v1/layout", "/v1/layouts", "/v1/layouts/{layout}", "/v1/quarantine", "/v1/quarantine/groups", "/v1/quarantine/{id}",
        "/v1/schema:diff", "/v1/snapshots", "/v1/streams", "/v1/types", "/v1/types/{type}", "/v1/types/{type}/records",
        "/v1/types/{type}/records/{key}",
    ];

    public static TheoryData<string> Unary =>
        [.. HubServices.All.SelectMany(service => service.Methods).Where(rpc => !rpc.IsClientStreaming).Select(rpc => rpc.FullName)];

    // Files are no JSON and have tests of their own.
    public static TheoryData<string> Gets => [.. HubServices.All
        .SelectMany(service => service.Methods)
        .Where(rpc => rpc.OutputType != Google.Api.HttpBody.Descriptor)
        .SelectMany(HttpBinding.Of)
        .Where(binding => binding.Verb == "GET")
        .Select(binding => binding.Path)];

    private JsonElement Paths => fixture.Document.GetProperty("paths");

    [Fact]
    public void Document_IsValidOpenApi31()
    {
        var read = Microsoft.OpenApi.OpenApiDocument.Parse(fixture.Document.GetRawText(), "json");

        Assert.Empty(read.Diagnostic!.Errors.Select(error => $"{error.Pointer}: {error.Message}"));
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
        Assert.Equal(Paths.EnumerateObject().Count(), read.Document!.Paths.Count);
    }

    [Theory]
    [MemberData(nameof(Unary))]
    public void EveryCallButBidirectionalStreams_IsThere(string name)
    {
        var rpc = Rpcs.Single(rpc => rpc.FullName == name);
        var bindings = HttpBinding.Of(rpc).ToList();

        Assert.NotEmpty(bindings);
        Assert.All(bindings, binding =>
        {
            var operation = Paths.GetProperty(binding.Path).GetProperty(binding.Verb.ToLowerInvariant());
            Assert.Matches($"^[^a-z]*[一-鿿].* {rpc.Name}$", operation.GetProperty("summary").GetString());
            Assert.Contains(ContractComments.Of(rpc), operation.GetProperty("description").GetString(), StringComparison.Ordinal);
            Assert.NotEqual("", ContractComments.Of(rpc));
            Assert.NotEqual("", operation.GetProperty("x-permission").GetString());
            Assert.True(operation.GetProperty("responses").TryGetProperty("401", out _));
        });
    }

    [Fact]
    public void OperationIds_AreUnique()
    {
        var ids = Paths.EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject())
            .Select(operation => operation.Value.GetProperty("operationId").GetString())
            .ToList();

        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void EveryReference_Resolves()
    {
        var schemas = fixture.Document.GetProperty("components").GetProperty("schemas");
        var missing = References(fixture.Document)
            .Distinct()
            .Where(reference => !schemas.TryGetProperty(reference.Replace("#/components/schemas/", "", StringComparison.Ordinal), out _));

        Assert.Empty(missing);
    }

    [Fact]
    public void EveryEntityType_IsDescribedFieldByField()
    {
        var schemas = fixture.Document.GetProperty("components").GetProperty("schemas");

        Assert.All(CityEntityTypes.All.All, type =>
        {
            var schema = schemas.GetProperty(type.Message.FullName);
            Assert.Equal((type.Label, type.Id), (schema.GetProperty("title").GetString(), schema.GetProperty("x-entity-type").GetString()));
            Assert.All(type.Fields, field =>
            {
                var property = schema.GetProperty("properties").GetProperty(field.Descriptor.JsonName);
                Assert.Equal(field.Label, property.GetProperty("title").GetString());
                Assert.NotEqual("", property.GetProperty("description").GetString());
            });
        });
    }

    [Fact]
    public void Rules_AreThoseOfTheContract()
    {
        var schemas = fixture.Document.GetProperty("components").GetProperty("schemas");
        var organization = schemas.GetProperty("hubexchange.enterprise.v1.Organization").GetProperty("properties");
        var state = schemas.GetProperty("hubexchange.enterprise.v1.BusinessState");

        Assert.Equal("date", organization.GetProperty("establishedOn").GetProperty("format").GetString());
        Assert.Contains("必填", organization.GetProperty("uscc").GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Contains("GB 32100", organization.GetProperty("uscc").GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Contains("BUSINESS_STATE_ACTIVE", state.GetProperty("enum").EnumerateArray().Select(code => code.GetString()));
        Assert.Matches("[一-鿿]", state.GetProperty("x-labels").GetProperty("BUSINESS_STATE_ACTIVE").GetString());
        Assert.Equal("string", schemas.GetProperty("hubexchange.v1.Record").GetProperty("properties").GetProperty("revision").GetProperty("type").GetString());
    }

    [Fact]
    public void Parameters_StandWhereTheCallTakesThem()
    {
        var list = Parameters("/v1/types/{type}/records", "get");
        var push = Paths.GetProperty("/v1/types/{type}/records:push").GetProperty("post");
        var body = push.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");

        Assert.Equal("path", list["type"]);
        Assert.Equal("query", list["filter"]);
        Assert.Equal("query", list["recordedAsOf"]);
        Assert.Equal("path", Parameters("/v1/types/{type}/records:push", "post")["type"]);
        Assert.True(body.GetProperty("properties").TryGetProperty("changes", out _));
        Assert.False(body.GetProperty("properties").TryGetProperty("type", out _));
    }

    [Theory]
    [MemberData(nameof(Gets))]
    public async Task EveryGet_AnswersAsDeclared(string path)
    {
        var url = path
            .Replace("{type}", "enterprise.organization", StringComparison.Ordinal)
            .Replace("{key}", fixture.Uscc, StringComparison.Ordinal)
            .Replace("{layout}", "small", StringComparison.Ordinal)
            .Replace("{uscc}", fixture.Uscc, StringComparison.Ordinal)
            .Replace("{indicator_id}", "HS21-H06", StringComparison.Ordinal)
            .Replace("{id}", fixture.QuarantineId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

        var (status, json) = await GetAsync(url);

        using var answer = json;
        Assert.False(Filled.Contains(path) && status != HttpStatusCode.OK, answer.RootElement.GetRawText());
        var responses = Paths.GetProperty(path).GetProperty("get").GetProperty("responses");
        var declared = responses.GetProperty(((int)status).ToString(CultureInfo.InvariantCulture));
        var schema = declared.GetProperty("content").GetProperty("application/json").GetProperty("schema");
        Assert.Empty(new JsonShape(fixture.Document).Problems(answer.RootElement, schema));
    }

    [Fact]
    public async Task Shape_SeesWhatIsNotDeclared()
    {
        var (_, json) = await GetAsync($"/v1/types/enterprise.organization/records/{fixture.Uscc}");
        using var answer = json;
        var shape = new JsonShape(fixture.Document);
        var another = fixture.Document.GetProperty("components").GetProperty("schemas").GetProperty("hubexchange.v1.ListRecordsResponse");

        // Guards the test above: the check must be able to fail.
        Assert.NotEmpty(shape.Problems(answer.RootElement, another));
        Assert.Contains("接口样例", answer.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_IsSentAgainOnlyWhenItChanged()
    {
        using var anybody = new RawCaller(fixture.Hub);
        using var first = await anybody.Http.GetAsync("/openapi.json");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi.json") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };

        using var second = await anybody.Http.SendAsync(request);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotModified), (first.StatusCode, second.StatusCode));
    }

    [Fact]
    public async Task Documentation_CanBeSwitchedOff()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Hosting:Documentation=false");
        using var anybody = new RawCaller(hub);

        using var document = await anybody.Http.GetAsync("/openapi.json");
        using var viewer = await anybody.Http.GetAsync("/docs/index.html");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (document.StatusCode, viewer.StatusCode));
    }

    private async Task<(HttpStatusCode Status, JsonDocument Json)> GetAsync(string url)
    {
        HttpResponseMessage? response = null;
        foreach (var reader in fixture.Readers)
        {
            response?.Dispose();
            response = await reader.Http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
            if (response.StatusCode != HttpStatusCode.Forbidden)
            {
                break;
            }
        }

        using (response)
        {
            // Of a stream, which may have no end of its own, each line is a message.
            using var body = new StreamReader(await response!.Content.ReadAsStreamAsync());
            var isStream = url.EndsWith(":watch", StringComparison.Ordinal) && response.StatusCode == HttpStatusCode.OK;
            return (response.StatusCode, JsonDocument.Parse((isStream ? await body.ReadLineAsync() : await body.ReadToEndAsync())!));
        }
    }

    private Dictionary<string, string> Parameters(string path, string verb) =>
        Paths.GetProperty(path).GetProperty(verb).GetProperty("parameters").EnumerateArray().ToDictionary(
            parameter => parameter.GetProperty("name").GetString()!, parameter => parameter.GetProperty("in").GetString()!);

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => property is { Name: "$ref", Value.ValueKind: JsonValueKind.String }
            ? [property.Value.GetString()!]
            : References(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
