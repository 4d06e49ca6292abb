using Grpc.Core;
using Grpc.Core.Interceptors;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Identity;

/// <summary>
/// Lets a call through when the caller is known and has the permission that the contract names. Runs for gRPC and for REST alike, since
/// transcoded calls pass the same interceptors. Streams keep confirming their caller.
/// </summary>
internal sealed class AuthorizationInterceptor(HubIdentity identity, CallerResolver callers, RpcPermissions permissions) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        await AuthorizeAsync(context);
        return await continuation(request, context);
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var credential = await AuthorizeAsync(context);
        return await continuation(Confirmed(requestStream, credential), context);
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var credential = await AuthorizeAsync(context);
        await continuation(request, Confirmed(responseStream, credential), context);
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var credential = await AuthorizeAsync(context);
        await continuation(Confirmed(requestStream, credential), Confirmed(responseStream, credential), context);
    }

    /// <summary>The credential of the caller; null for the few methods anybody may call.</summary>
    private async ValueTask<Credential?> AuthorizeAsync(ServerCallContext context)
    {
        if (RpcPermissions.IsAnonymous(context.Method))
        {
            return null;
        }

        var permission = permissions.Find(context.Method)
            ?? throw new InvalidOperationException($"{context.Method} is served without a permission. Start-up must have refused it.");

        var http = context.GetHttpContext();
        var credential = await callers.ReadAsync(http, context.CancellationToken);
        var caller = await credential.ConfirmAsync(context.CancellationToken);

        // Before it is let through: the audit names who was refused.
        http.Features.Set(caller);
        if (!caller.May(permission))
        {
            throw HubErrors.Of(
                ErrorReason.PermissionMissing,
                ("caller", caller.Name), ("role", caller.Role), ("permission", permission), ("roles", string.Join(", ", Roles.With(permission))));
        }

        http.Features.Set(credential);
        return credential;
    }

    private IAsyncStreamReader<T> Confirmed<T>(IAsyncStreamReader<T> stream, Credential? credential) => credential is null
        ? stream
        : new ConfirmedReader<T>(stream, credential, identity.Options.TrustPeriod, identity.Time);

    private IServerStreamWriter<T> Confirmed<T>(IServerStreamWriter<T> stream, Credential? credential) => credential is null
        ? stream
        : new ConfirmedWriter<T>(stream, credential, identity.Options.TrustPeriod, identity.Time);
}
