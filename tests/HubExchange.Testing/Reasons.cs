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
}
