using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace HubExchange.Server.Identity;

internal static class CallerAccess
{
    /// <summary>The caller of this RPC. Authorization has put it there before any service runs.</summary>
    public static Caller GetCaller(this ServerCallContext context) =>
        context.GetHttpContext().Features.GetRequiredFeature<Caller>();
}
