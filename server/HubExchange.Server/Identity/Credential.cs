using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace HubExchange.Server.Identity;

/// <summary>
/// What a caller showed when the call began. It outlives the handshake: long streams ask again and again whether it still holds, so that
/// a revocation or the end of validity ends them, too.
/// </summary>
internal sealed class Credential(Func<CancellationToken, ValueTask<Caller>> find)
{
    /// <summary>The caller, as of now or of a trust period ago. Costs a look into a dictionary, at most a query by primary key.</summary>
    /// <exception cref="RpcException">The credential no longer holds; the reason is the same as for a new call.</exception>
    public ValueTask<Caller> ConfirmAsync(CancellationToken cancellationToken) => find(cancellationToken);
}

internal static class CredentialAccess
{
    /// <summary>
    /// Confirms the caller in the middle of a call. Reading from and writing to the streams of a call does so on its own; only a handler
    /// that works for long without either needs this.
    /// </summary>
    /// <exception cref="RpcException">The caller is no longer trusted.</exception>
    public static async ValueTask ConfirmCallerAsync(this ServerCallContext context) =>
        await context.GetHttpContext().Features.GetRequiredFeature<Credential>().ConfirmAsync(context.CancellationToken);
}
