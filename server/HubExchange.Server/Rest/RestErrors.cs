using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Hosting;
using HubExchange.V1;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.Net.Http.Headers;

namespace HubExchange.Server.Rest;

/// <summary>
/// Sees to it that every error over JSON has a reason and texts, as errors over gRPC do: also those that are found before the call
/// reaches the hub's own code, which would have an empty body or a text in English only.
/// </summary>
internal sealed class RestErrors(RequestDelegate next)
{
    private const int MaxShownPath = 200;
    private const int BodyBufferBytes = 16 * 1024;
    private const string Json = "application/json; charset=utf-8";

    // gRPC's own fallback takes every method of a path of two parts, and so hides from routing that /v1/types has no DELETE.
    private static readonly ILookup<string, string> FixedPaths = HubServices.All
        .SelectMany(service => service.Methods)
        .SelectMany(HttpBinding.Of)
        .Where(binding => binding.Variables.Count == 0)
        .ToLookup(binding => binding.Path, binding => binding.Verb, StringComparer.OrdinalIgnoreCase);

    private static readonly JsonFormatter Formatter = new(
        JsonFormatter.Settings.Default.WithTypeRegistry(TypeRegistry.FromFiles(Google.Rpc.ErrorDetailsReflection.Descriptor)));

    public Task InvokeAsync(HttpContext http, EntityTypes types)
    {
        if (http.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) ?? false)
        {
            return next(http);
        }

        return http.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is { } call
            ? CallAsync(http, call, types)
            : MissAsync(http);
    }

    private async Task CallAsync(HttpContext http, GrpcJsonTranscodingMetadata call, EntityTypes types)
    {
        if ((ProblemOf(http.Request, call) ?? await ProblemOfBodyAsync(http, call, types)) is { } problem)
        {
            await WriteAsync(http, problem);
            return;
        }

        var body = http.Response.Body;
        using var held = new HeldErrorBody(http.Response, body);
        http.Response.Body = held;
        try
        {
            await next(http);
        }
        finally
        {
            http.Response.Body = body;
        }

        if (held.Content is not { Length: > 0 } content)
        {
            return;
        }

        if (TextWithoutReason(content) is { } text)
        {
            await WriteAsync(http, Unreadable(text));
            return;
        }

        Challenge(http.Response);
        await body.WriteAsync(content, http.RequestAborted);
    }

    private async Task MissAsync(HttpContext http)
    {
        await next(http);
        var response = http.Response;
        if (response.HasStarted || response.ContentType is not null || response.ContentLength is not null)
        {
            return;
        }

        if (response.StatusCode == StatusCodes.Status404NotFound && FixedPaths[http.Request.Path.Value ?? ""].ToArray() is { Length: > 0 } verbs)
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = string.Join(", ", verbs);
        }

        var path = http.Request.Path.Value is { Length: <= MaxShownPath } shown ? shown : $"{http.Request.Path.Value?[..MaxShownPath]}…";
        switch (response.StatusCode)
        {
            case StatusCodes.Status404NotFound:
                await WriteAsync(http, HubErrors.Of(ErrorReason.PathUnknown, ("path", path)));
                break;
            case StatusCodes.Status405MethodNotAllowed:
                var error = HubErrors.Of(
                    ErrorReason.MethodNotAllowed, ("path", path), ("method", http.Request.Method), ("allowed", response.Headers.Allow.ToString()));
                await WriteAsync(http, error, StatusCodes.Status405MethodNotAllowed);
                break;
        }
    }

    private static RpcException? ProblemOf(HttpRequest request, GrpcJsonTranscodingMetadata call)
    {
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.Charset.HasValue
            && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            return Unreadable($"The charset {type.Charset} is not UTF-8.");
        }

        var unknown = UnknownParameters.In(request.Query, call.MethodDescriptor, call.HttpRule);
        return unknown is [] ? null : HubErrors.InvalidRequest([.. unknown]);
    }

    // The body is read here, and handed on as it is.
    private static async Task<RpcException?> ProblemOfBodyAsync(HttpContext http, GrpcJsonTranscodingMetadata call, EntityTypes types)
    {
        if (call.HttpRule.Body.Length == 0 || !http.Request.HasJsonContentType())
        {
            return null;
        }

        var held = new MemoryStream();
        http.Response.RegisterForDispose(held);
        var buffer = new byte[BodyBufferBytes];
        for (int read; (read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0;)
        {
            held.Write(buffer, 0, read);
            if (held.Length > GrpcSetup.MaxRequestBytes)
            {
                return Unreadable($"The request is too large, at most {GrpcSetup.MaxRequestBytes} bytes.");
            }
        }

        held.Position = 0;
        http.Request.Body = held;
        var unknown = UnknownFields.In(held.GetBuffer().AsMemory(0, (int)held.Length), call.MethodDescriptor, call.HttpRule, types);
        return unknown is [] ? null : HubErrors.InvalidRequest([.. unknown]);
    }

    private static RpcException Unreadable(string text) =>
        HubErrors.Of(ErrorReason.RequestUnreadable, ("problem", text), ("problem_zh", ChineseOf(text)));

    // The texts are those of JSON transcoding.
    private static string ChineseOf(string text) => text switch
    {
        _ when text.StartsWith("Request JSON payload", StringComparison.Ordinal) => "JSON 有语法错误,或某个字段的类型不对。",
        _ when text.Contains("JSON content type", StringComparison.Ordinal) => "请求没有注明内容是 JSON。",
        _ when text.Contains("too large", StringComparison.Ordinal) => "请求体太大。",
        _ when text.StartsWith("The charset", StringComparison.Ordinal) => "字符集不是 UTF-8。",
        _ => "参数或字段的值无法识别。",
    };

    /// <summary>The text of an error that has nothing but a text; null for the hub's own errors, which have details.</summary>
    private static string? TextWithoutReason(ReadOnlyMemory<byte> content)
    {
        using var document = JsonDocument.Parse(content);
        var root = document.RootElement;
        return root.TryGetProperty("details", out var details) && details.GetArrayLength() > 0
            || root.GetProperty("code").GetInt32() != (int)StatusCode.InvalidArgument
                ? null
                : root.GetProperty("message").GetString();
    }

    private static async Task WriteAsync(HttpContext http, RpcException error, int? status = null)
    {
        http.Response.StatusCode = status ?? ErrorSchema.HttpStatusOf(error.StatusCode);
        http.Response.ContentType = Json;
        Challenge(http.Response);
        await http.Response.WriteAsync(Formatter.Format(error.GetRpcStatus()), http.RequestAborted);
    }

    private static void Challenge(HttpResponse response)
    {
        if (response.StatusCode == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }
    }
}
