using System.Globalization;
using Grpc.Core;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Query.Filters;

/// <summary>What a caller is told of a filter, order or group that cannot be compiled.</summary>
internal static class FilterErrors
{
    /// <summary>FILTER_INVALID or FIELD_NOT_READABLE; null for any other exception.</summary>
    public static RpcException? Of(Exception exception) => exception switch
    {
        FilterException e => HubErrors.Of(
            ErrorReason.FilterInvalid,
            ("position", e.Position.ToString(CultureInfo.InvariantCulture)),
            ("problem", e.En),
            ("problem_zh", e.Zh)),
        FieldNotReadableException e => HubErrors.Of(ErrorReason.FieldNotReadable, ("field", e.Field)),
        _ => null,
    };
}
