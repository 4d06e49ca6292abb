using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Google.Protobuf.Reflection;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Sample.V1;
using HubExchange.Server.Errors;
using HubExchange.Server.Rest;
using HubExchange.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HubExchange.Server.Tests.Rest;

/// <summary>A stream over JSON is a line for each message, sent at once, with an error as its last line.</summary>
public sealed class RestStreamTests : IAsyncLifetime
{
    private readonly Channel<long> _numbers = Channel.CreateUnbounded<long>();
    private WebApplication _app = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(_numbers.Reader);
        builder.Services.AddSingleton(CityEntityTypes.All);
        builder.Services.AddGrpc().AddJsonTranscoding(
            options => options.TypeRegistry = TypeRegistry.FromFiles(Google.Rpc.ErrorDetailsReflection.Descriptor));
        _app = builder.Build();
        _app.UseHubRestErrors();
        _app.MapGrpcService<Tallies>();
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Message_ArrivesBeforeTheNextIsThere()
    {
        await _numbers.Writer.WriteAsync(1);
        using var response = await _http.GetAsync("/v1/tallies/a:count?to=2", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        var first = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await _numbers.Writer.WriteAsync(2);
        var second = await reader.ReadLineAsync();

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(("1", "2"), (NumberOf(first!), NumberOf(second!)));
        Assert.Null(await reader.ReadLineAsync());
    }

    [Fact]
    public async Task ErrorInTheMiddle_IsTheLastLine()
    {
        await _numbers.Writer.WriteAsync(1);

        var lines = (await _http.GetStringAsync("/v1/tallies/a:count?to=2&failAfter=1")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(2, lines.Length);
        Assert.Equal("1", NumberOf(lines[0]));
        using var error = JsonDocument.Parse(lines[1]);
        Assert.Equal(14, error.RootElement.GetProperty("code").GetInt32());
        Assert.Contains("\"STORE_UNAVAILABLE\"", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/tallies/a:count?to=x", HttpStatusCode.BadRequest, "REQUEST_UNREADABLE")]
    [InlineData("/v1/tallies/a:count?too=2", HttpStatusCode.BadRequest, "REQUEST_INVALID")]
    [InlineData("/v1/tallies/a:count?step.depth=2", HttpStatusCode.BadRequest, "REQUEST_INVALID")]
    public async Task ErrorBeforeTheFirst_HasItsStatus(string path, HttpStatusCode status, string reason)
    {
        using var response = await _http.GetAsync(path);

        Assert.Equal(status, response.StatusCode);
        Assert.Contains($"\"{reason}\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parameters_AreReadAsTheDocumentSays()
    {
        await _numbers.Writer.WriteAsync(7);

        var line = await _http.GetStringAsync("/v1/tallies/a:count?to=1&step.width=3&names=x&names=y&readMask=number");

        Assert.Equal("24", NumberOf(line));
    }

    [Fact]
    public void Document_DescribesStreamsAndFiles()
    {
        using var document = JsonDocument.Parse(OpenApiDocument.Write([TallyService.Descriptor], CityEntityTypes.All));
        var paths = document.RootElement.GetProperty("paths");
        var count = paths.GetProperty("/v1/tallies/{tally}:count").GetProperty("get");
        var download = paths.GetProperty("/v1/tallies/{tally}:download").GetProperty("get");

        Assert.Equal(2, paths.EnumerateObject().Count());
        Assert.Equal("逐个计数 Count", count.GetProperty("summary").GetString());
        Assert.Equal("计数 TallyService", count.GetProperty("tags")[0].GetString());
        Assert.Contains("one JSON object a line", Answer(count).GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            ["tally", "to", "failAfter", "step.width", "names", "readMask"],
            count.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()));
        Assert.True(Answer(download).GetProperty("content").TryGetProperty("*/*", out _));
    }

    private static JsonElement Answer(JsonElement operation) => operation.GetProperty("responses").GetProperty("200");

    private static string? NumberOf(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("number").ToString();
    }

    /// <summary>Sends the numbers it is given, each plus what the parameters add up to.</summary>
    private sealed class Tallies(ChannelReader<long> numbers) : TallyService.TallyServiceBase
    {
        public override async Task Count(CountRequest request, IServerStreamWriter<CountResponse> responseStream, ServerCallContext context)
        {
            var names = request.Names.Count == 0 ? 0 : 10 + request.Names.Count;
            var mask = request.ReadMask?.Paths.Count ?? 0;
            for (var sent = 0; sent < request.To; sent++)
            {
                if (request.FailAfter > 0 && sent == request.FailAfter)
                {
                    throw HubErrors.Of(ErrorReason.StoreUnavailable);
                }

                var number = await numbers.ReadAsync(context.CancellationToken);
                await responseStream.WriteAsync(
                    new CountResponse { Number = number + (request.Step?.Width ?? 0) + names + mask + (request.ReadMask is null ? 0 : 1) });
            }
        }
    }
}
