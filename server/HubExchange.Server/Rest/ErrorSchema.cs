using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Rest;

/// <summary>The errors of a call: which reasons the contract names for it, by HTTP status.</summary>
internal static partial class ErrorSchema
{
    /// <summary>Any call over JSON can end with these.</summary>
    private static readonly ErrorReason[] Common =
    [
        ErrorReason.RequestUnreadable,
        ErrorReason.RequestInvalid,
        ErrorReason.AuthenticationRequired,
        ErrorReason.TokenInvalid,
        ErrorReason.TokenExpired,
        ErrorReason.CertificateUntrusted,
        ErrorReason.CertificateExpired,
        ErrorReason.CertificateRevoked,
        ErrorReason.PermissionMissing,
        ErrorReason.Internal,
        ErrorReason.HubStopping,
        ErrorReason.StoreUnavailable,
    ];

    /// <summary>What the details of an error can be.</summary>
    public static IReadOnlyList<MessageDescriptor> Details { get; } =
        [ErrorInfo.Descriptor, LocalizedMessage.Descriptor, BadRequest.Descriptor, RetryInfo.Descriptor];

    /// <summary>The error responses of an RPC: the reasons its comment names after <c>Errors:</c>, and those of any call.</summary>
    public static IEnumerable<(int Status, JsonObject Response)> ResponsesOf(MethodDescriptor rpc, JsonSchemas schemas)
    {
        var names = Reason.Matches(ContractComments.Of(rpc)).Select(match => match.Value).ToHashSet();
        return Enum.GetValues<ErrorReason>()
            .Where(reason => reason != ErrorReason.Unspecified && (Common.Contains(reason) || names.Contains(HubErrors.NameOf(reason))))
            .GroupBy(reason => HttpStatusOf(HubErrors.StatusOf(reason)))
            .OrderBy(group => group.Key)
            .Select(group => (group.Key, ResponseOf(group, schemas)));
    }

    /// <summary>Every reason there is, with its texts.</summary>
    public static string EveryReason() =>
        string.Join('\n', Enum.GetValues<ErrorReason>().Where(reason => reason != ErrorReason.Unspecified).Select(Line));

    /// <summary>The HTTP status that JSON transcoding sends for a gRPC status.</summary>
    public static int HttpStatusOf(StatusCode status) => status switch
    {
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.Cancelled => StatusCodes.Status408RequestTimeout,
        StatusCode.AlreadyExists or StatusCode.Aborted => StatusCodes.Status409Conflict,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unimplemented => StatusCodes.Status501NotImplemented,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static JsonObject ResponseOf(IEnumerable<ErrorReason> reasons, JsonSchemas schemas) => new()
    {
        ["description"] = string.Join('\n', reasons.Select(Line)),
        ["content"] = new JsonObject
        {
            ["application/json"] = new JsonObject { ["schema"] = schemas.Of(Google.Rpc.Status.Descriptor) },
        },
    };

    private static string Line(ErrorReason reason)
    {
        var (zh, en) = HubErrors.TextsOf(reason);
        return $"- `{HubErrors.NameOf(reason)}` {zh} {en}";
    }

    [GeneratedRegex(@"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")]
    private static partial Regex Reason { get; }
}
