using System.Net;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using HubExchange.Server.Tests.Identity;

namespace HubExchange.Server.Tests.Rest;

/// <summary>Whatever is wrong with a call over JSON, the caller gets JSON with a code, a reason, and what to do in two languages.</summary>
public sealed class RestErrorsTests(RestHub fixture) : IClassFixture<RestHub>
{
    private const string Push = "/v1/types/enterprise.organization/records:push";
    private const string List = "/v1/types/enterprise.organization/records";

    [Theory]
    [InlineData("GET", "/v1/nothing", 404, 5, "PATH_UNKNOWN")]
    [InlineData("GET", "/nothing", 404, 5, "PATH_UNKNOWN")]
    [InlineData("POST", "/v1/nodes/ND-1:nothing", 404, 5, "PATH_UNKNOWN")]
    [InlineData("DELETE", "/v1/types", 405, 12, "METHOD_NOT_ALLOWED")]
    [InlineData("GET", Push, 405, 12, "METHOD_NOT_ALLOWED")]
    [InlineData("GET", List + "/9999", 404, 5, "RECORD_NOT_FOUND")]
    [InlineData("GET", "/v1/types/no.such/records", 404, 5, "TYPE_UNKNOWN")]
    [InlineData("GET", "/v1/quarantine/number", 400, 3, "REQUEST_UNREADABLE")]
    [InlineData("GET", List + "?pageSize=many", 400, 3, "REQUEST_UNREADABLE")]
    [InlineData("GET", List + "?recordedAsOf=yesterday", 400, 3, "REQUEST_UNREADABLE")]
    [InlineData("GET", List + "?pageSize=-1", 400, 3, "REQUEST_INVALID")]
    [InlineData("GET", List + "?fliter=name", 400, 3, "REQUEST_INVALID")]
    [InlineData("GET", List + "?filter=nothing%20%3D%201", 400, 3, "FILTER_INVALID")]
    public async Task WrongCall_SaysWhatIsWrong(string method, string path, int status, int code, string reason)
    {
        using var response = await fixture.Bureau.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        await AssertErrorAsync(response, status, code, reason);
    }

    [Theory]
    [InlineData("{\"changes\": [", "application/json")]
    [InlineData("not json", "application/json")]
    [InlineData("{\"changes\": 7}", "application/json")]
    [InlineData("{\"changes\": [{\"message\": {\"@type\": \"type.googleapis.com/no.Such\"}}]}", "application/json")]
    [InlineData("", "application/json")]
    [InlineData("{}", "text/plain")]
    [InlineData("{}", "application/json; charset=gb18030")]
    [InlineData("{}", "application/x-www-form-urlencoded")]
    public async Task WrongBody_IsRefused(string body, string type)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("content-type", type);

        using var response = await fixture.Bureau.Http.PostAsync(Push, content);

        await AssertErrorAsync(response, 400, 3, "REQUEST_UNREADABLE");
    }

    [Theory]
    [InlineData(null, "AUTHENTICATION_REQUIRED")]
    [InlineData("Bearer nonsense", "TOKEN_INVALID")]
    [InlineData("Basic YTpi", "TOKEN_INVALID")]
    public async Task CallerWithoutToken_IsToldToBringOne(string? authorization, string reason)
    {
        using var caller = new RawCaller(fixture.Hub, authorization);

        using var response = await caller.Http.GetAsync(List);

        await AssertErrorAsync(response, 401, 16, reason);
        Assert.Equal("Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
    }

    [Fact]
    public async Task CallerWithoutPermission_IsToldWhich()
    {
        using var content = new StringContent("{\"subject\": \"x\", \"role\": \"bureau\"}", Encoding.UTF8, "application/json");

        using var response = await fixture.Bureau.Http.PostAsync("/v1/tokens", content);

        await AssertErrorAsync(response, 403, 7, "PERMISSION_MISSING");
    }

    [Fact]
    public async Task MisspeltParameter_IsNamed()
    {
        using var response = await fixture.Bureau.Http.GetAsync(List + "?page_size=1&fliter=name&source.node=x");

        var message = (await AssertErrorAsync(response, 400, 3, "REQUEST_INVALID")).GetProperty("message").GetString();
        Assert.Contains("fliter", message, StringComparison.Ordinal);
        Assert.Contains("source.node", message, StringComparison.Ordinal);
        Assert.DoesNotContain("page_size", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"changes": [{"message": {"@type": "t/hubexchange.enterprise.v1.Organization", "uscc": "1", "stafTotal": 7}}]}""", "changes[0].message.stafTotal")]
    [InlineData("""{"changes": [{}, {"mesage": {}}]}""", "changes[1].mesage")]
    [InlineData("""{"chnges": [], "source": "ND-1"}""", "chnges")]
    public async Task MisspeltFieldOfABody_IsNamed_NotLost(string body, string field)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var response = await fixture.Bureau.Http.PostAsync(Push, content);

        var error = await AssertErrorAsync(response, 400, 3, "REQUEST_INVALID");
        var violation = Assert.Single(
            error.GetProperty("details").EnumerateArray().Where(detail => detail.TryGetProperty("fieldViolations", out _)).SelectMany(
                detail => detail.GetProperty("fieldViolations").EnumerateArray()));
        Assert.Equal(field, violation.GetProperty("field").GetString());
    }

    [Fact]
    public async Task TooLargeBody_IsRefused()
    {
        using var content = new StringContent($"{{\"source\": \"{new string('x', 5 * 1024 * 1024)}\"}}", Encoding.UTF8, "application/json");

        using var response = await fixture.Bureau.Http.PostAsync(Push, content);

        await AssertErrorAsync(response, 400, 3, "REQUEST_UNREADABLE");
    }

    [Fact]
    public async Task LongPath_IsNotSentBackWhole()
    {
        using var response = await fixture.Bureau.Http.GetAsync("/v1/" + new string('x', 5_000));

        var error = await AssertErrorAsync(response, 404, 5, "PATH_UNKNOWN");
        Assert.True(error.GetRawText().Length < 2_000);
    }

    [Fact]
    public async Task UnknownRpc_IsStillAnsweredInGrpc()
    {
        var method = new Method<byte[], byte[]>(
            MethodType.Unary, "no.Such", "Call", Marshallers.Create<byte[]>(_ => [], bytes => bytes), Marshallers.Create<byte[]>(_ => [], bytes => bytes));

        using var call = fixture.Bureau.Invoker.AsyncUnaryCall(method, null, fixture.Bureau.Options, []);
        var refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, refused.StatusCode);
    }

    private async Task<JsonElement> AssertErrorAsync(HttpResponseMessage response, int status, int code, string reason)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{response.StatusCode}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var error = JsonDocument.Parse(text).RootElement;
        var details = error.GetProperty("details").EnumerateArray().ToList();

        Assert.Equal(code, error.GetProperty("code").GetInt32());
        var info = Assert.Single(details, detail => detail.TryGetProperty("reason", out _));
        Assert.Equal((reason, "hubexchange"), (info.GetProperty("reason").GetString(), info.GetProperty("domain").GetString()));
        var texts = details.Where(detail => detail.TryGetProperty("locale", out _)).ToDictionary(
            detail => detail.GetProperty("locale").GetString()!, detail => detail.GetProperty("message").GetString()!);
        Assert.Matches("[一-鿿]", texts["zh-CN"]);
        Assert.Matches("[a-z]", texts["en"]);
        Assert.Equal($"{texts["zh-CN"]} {texts["en"]}", error.GetProperty("message").GetString());
        var schema = fixture.Document.GetProperty("components").GetProperty("schemas").GetProperty("google.rpc.Status");
        Assert.Empty(new JsonShape(fixture.Document).Problems(error, schema));
        return error;
    }
}
