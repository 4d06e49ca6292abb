using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.V1;

namespace HubExchange.Server.Audit;

/// <summary>
/// Writes down every call that is refused with PERMISSION_DENIED, by the authorization or by a service, before the caller is told: over gRPC
/// and over REST, which passes the same interceptors.
/// </summary>
internal sealed class RefusalInterceptor(AuditLog audit) : FailureInterceptor
{
    private const string TypeField = "type";
    private const int MaxType = 100;
    private const int MaxDetail = 400;

    // Facts that have columns of their own, or that are the same for everybody.
    private static readonly string[] Known = ["caller", "role", "roles"];

    protected override bool Concerns(Exception exception) => exception is RpcException { StatusCode: StatusCode.PermissionDenied };

    // Also of a caller who has hung up meanwhile.
    protected override async Task<RpcException> FailAsync(Exception exception, object? request, ServerCallContext context)
    {
        var refusal = (RpcException)exception;
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
        return refusal;
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
