using Grpc.Core;
using HubExchange.Client;

namespace HubExchange.Cli;

/// <summary>What scripts can rely on.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Error = 1;
    public const int Usage = 2;

    /// <summary>Everything is committed, but somebody has to look: records were refused, or the deletions of a snapshot wait.</summary>
    public const int Partial = 3;
    public const int Authentication = 4;
    public const int Unreachable = 5;

    public static int Of(HubException exception) => exception.StatusCode switch
    {
        StatusCode.Unauthenticated or StatusCode.PermissionDenied => Authentication,
        StatusCode.Unavailable or StatusCode.DeadlineExceeded => Unreachable,
        _ => Error,
    };
}
