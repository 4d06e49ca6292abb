using Google.Rpc;
using Grpc.Core;
using HubExchange.V1;

namespace HubExchange.Testing;

/// <summary>Reads the reason out of an error.</summary>
public static class Reasons
{
    /// <summary>Reason and metadata of an error of the hub.</summary>
    public static (ErrorReason Reason, IReadOnlyDictionary<string, string> Metadata) Of(RpcException exception)
    {
        var info = exception.GetRpcStatus()?.GetDetail<ErrorInfo>()
            ?? throw new InvalidOperationException($"The error has no ErrorInfo: {exception.Status}");
        var value = ErrorReasonReflection.Descriptor.EnumTypes[0].FindValueByName($"ERROR_REASON_{info.Reason}");
        return ((ErrorReason)value.Number, info.Metadata);
    }

    /// <summary>
    /// Name of the reason, of the status when the hub gave none, or <c>broken</c> when the answer broke off: to the client a connection
    /// that ends in the middle of an answer is INTERNAL with the cause behind it, and no word of the hub.
    /// </summary>
    public static string NameOf(RpcException exception)
    {
        if (exception.GetRpcStatus()?.GetDetail<ErrorInfo>() is { } info)
        {
            return info.Reason;
        }

        for (var cause = exception.Status.DebugException ?? exception.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause is IOException or HttpRequestException)
            {
                return "broken";
            }
        }

        return exception.StatusCode.ToString();
    }
}
