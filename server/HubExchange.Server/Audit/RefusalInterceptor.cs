using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Grpc.Core.Interceptors;
using HubExchange.Server.Identity;
using HubExchange.V1;

namespace HubExchange.Server.Audit;

/// <summary>
/// Writes down every call that is refused with PERMISSION_DENIED, by the authorization or by a service, before the caller is told: over gRPC
/// and over REST, which passes the same interceptors.
/// </summary>
internal sealed class RefusalInterceptor(AuditLog audit) : Interceptor
{
    private const string TypeField = "type";
    private const int MaxType = 100;
    private const int MaxDetail = 400;

    // Facts that have columns of their own, or that are the same for everybody.
    private static readonly string[] Known = ["caller", "role", "roles"];

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (RpcException refusal) when (refusal.StatusCode == StatusCode.PermissionDenied)
        {
            await AddAsync(refusal, request, context);
            throw;
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch (RpcException refusal) when (refusal.StatusCode == StatusCode.PermissionDenied)
        {
            await AddAsync(refusal, null, context);
            throw;
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (RpcException refusal) when (refusal.StatusCode == StatusCode.PermissionDenied)
        {
            await AddAsync(refusal, request, context);
            throw;
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (RpcException refusal) when (refusal.StatusCode == StatusCode.PermissionDenied)
        {
            await AddAsync(refusal, null, context);
            throw;
        }
    }

    // Also of a caller who has hung up meanwhile.
    private async Task AddAsync(RpcException refusal, object? request, ServerCallContext context)
    {
        var info = refusal.GetRpcStatus()?.GetDetail<ErrorInfo>();
        var facts = (info?.Metadata ?? []).Where(fact => !Known.Contains(fact.Key)).Select(fact => $"{fact.Key}={fact.Value}").Order(StringComparer.Ordinal);
        var entry = new AuditEntry
        {
            Event = AuditEvent.Refusal,
            Method = AuditLog.MethodOf(context),
            Type = Cut(TypeOf(request), MaxType),
            Reason = info?.Reason ?? "",
            Detail = Cut(string.Join("; ", facts), MaxDetail),
        };
        await audit.AddAsync(context.GetCaller(), [entry], CancellationToken.None);
    }

    private static string TypeOf(object? request) =>
        request is IMessage message &&
        message.Descriptor.FindFieldByName(TypeField) is { FieldType: FieldType.String, IsRepeated: false } field
            ? (string)field.Accessor.GetValue(message)
            : "";

    // The database takes no U+0000 and no half of a pair of surrogates.
    private static string Cut(string text, int length)
    {
        var end = Math.Min(text.Length, length);
        return text[..(end > 0 && end < text.Length && char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)].Replace('\0', ' ');
    }
}
